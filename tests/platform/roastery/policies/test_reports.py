"""What people, reviewers and machines get."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.policies import evaluate
from roastery.policies import state as states
from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import Report
from roastery.policies.model import Facts, Resource, Stack
from roastery.policies.reports import markdown, page, plain, sarif
from roastery.policies.reports.sources import Sources
from roastery.policies.values import UNKNOWN

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="session")
def report(state: dict[str, Any]) -> Report:
    return evaluate.evaluate(states.parse(state))


@pytest.fixture
def state_file(tmp_path: Path, state: dict[str, Any]) -> Path:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    return file


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(ROOT)

    def roast(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["policy", *arguments])
        code = left.value.code
        assert isinstance(code, int)
        out, err = capsys.readouterr()
        return code, out, err

    return roast


def test_the_page_of_policies_is_current() -> None:
    assert (ROOT / page.PAGE).read_text(encoding="utf-8") == page.render(), (
        "run: python -m roastery.policies.reports.page"
    )


def test_sarif_has_what_the_standard_and_github_ask_for(report: Report) -> None:
    """The required properties of SARIF 2.1.0, sections 3.13 to 3.27, and stable fingerprints."""
    log = json.loads(json.dumps(sarif.sarif(report)))
    assert log["version"] == "2.1.0"
    (run_,) = log["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert len({one["id"] for one in rules}) == len(rules)
    assert len(run_["results"]) == len(report.findings)
    prints: set[str] = set()
    for result in run_["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert (result["kind"], result["level"]) in {
            ("fail", "error"),
            ("fail", "warning"),
            ("review", "none"),
        }
        place = result["locations"][0]["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith(("/", "project:", "file:"))
        assert place["region"]["startLine"] >= 1
        prints |= set(result["partialFingerprints"].values())
    assert len(prints) > len(report.findings) // 2
    assert log == json.loads(json.dumps(sarif.sarif(report)))


def test_sarif_points_at_the_line_that_made_the_resource(report: Report) -> None:
    results = sarif.sarif(report)["runs"][0]["results"]
    mine = next(one for one in results if one["ruleId"] == "storage-shared-key")
    place = mine["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "beans/storage-shared-key.py"
    assert mine["locations"][0]["logicalLocations"][0]["name"] == "storage-shared-key"


def test_what_could_not_be_proven_is_for_review_in_sarif_and_no_failure() -> None:
    account = Resource(urn="urn:pulumi:prod::p::x::st", type=t.STORAGE, inputs={"minimumTlsVersion": UNKNOWN})
    found = evaluate.evaluate(Stack([account], Facts(stack="prod", environment="prod")))
    results = sarif.sarif(found)["runs"][0]["results"]
    mine = next(one for one in results if one["ruleId"] == "tls-floor")
    assert (mine["kind"], mine["level"]) == ("review", "none")


def _made(name: str, *frames: tuple[str, int], parent: str = "") -> Resource:
    return Resource(urn=name, type="x:y:Z", inputs={}, frames=frames, parent=parent)


def test_a_helpers_line_gives_way_to_its_callers(report: Report) -> None:
    helper, one, two = ("lib/assign.py", 9), ("lib/vault.py", 20), ("lib/aks.py", 30)
    resources = {
        "a": _made("a", helper, one, ("stacks/main.py", 1)),
        "b": _made("b", helper, two, ("stacks/main.py", 2)),
        "c": _made("c", ("lib/vault.py", 25), one),
        "d": _made("d", parent="c"),
        "e": _made("e"),
    }
    sources = Sources(resources)
    finding = report.findings[0]
    first = {
        name: sources.of(type(finding)(policy=finding.policy, level=finding.level, urn=name, path="",
                                       message=""))[0]
        for name in resources
    }  # fmt: skip
    assert first == {
        "a": one,
        "b": two,
        "c": ("lib/vault.py", 25),
        "d": ("lib/vault.py", 25),
        "e": ("Pulumi.yaml", 1),
    }


def test_lines_of_the_machinery_are_no_source() -> None:
    entry = {
        "urn": "urn:pulumi:dev::p::x:y:Z::it",
        "type": "x:y:Z",
        "stackTrace": [
            {"sourcePosition": "project:///.venv/lib/python3.11/site-packages/pulumi/x.py#3"},
            {},
            {"sourcePosition": "project:///platform/roastery/components/vault.py#7,12"},
            {"sourcePosition": "project:///../../usr/lib/python3.11/asyncio/x.py#1"},
            {"sourcePosition": "project:///stacks/__main__.py#18"},
        ],
    }
    (found,) = states.parse({"deployment": {"resources": [entry]}}).resources
    assert found.frames == (("platform/roastery/components/vault.py", 7), ("stacks/__main__.py", 18))


def test_the_comment_says_the_verdict_first_and_is_one_table(report: Report) -> None:
    text = markdown.markdown(report)
    assert text.startswith(f"## Policies on `bad`: ❌ {len(report.blocking)} must be repaired\n")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len([row for row in rows if row.startswith("| high | `storage-shared-key` |")]) == 1
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)
    assert f"and {len(report.blocking) - markdown.MOST} more" in text
    assert len(text) < 65_000
    assert "A" * 86 not in text


def test_the_worst_comes_first(report: Report) -> None:
    order = ["critical", "high", "medium", "low"]
    ranks = [order.index(one.policy.severity) for one in report.blocking]
    assert ranks == sorted(ranks)


def test_json_and_text_tell_the_same(report: Report) -> None:
    told = plain.as_json(report)
    assert told["blocking"] == len(report.blocking)
    assert {one["policy"] for one in told["findings"]} == set(BY_ID)
    last = list(plain.lines(report))[-1]
    assert last.startswith(f"{len(BY_ID)} policies over ")
    assert f"{len(report.blocking)} to repair" in last


def test_check_writes_every_report_and_says_by_its_exit_code_what_it_found(
    run: Callable[..., tuple[int, str, str]], state_file: Path, tmp_path: Path
) -> None:
    files = [tmp_path / "deep" / name for name in ("p.sarif", "p.md")]
    code, out, _ = run(
        "check", "--state", str(state_file), "--sarif", str(files[0]), "--markdown", str(files[1])
    )
    assert code == 1
    assert "storage-shared-key" in out
    assert json.loads(files[0].read_text())["version"] == "2.1.0"
    assert files[1].read_text().startswith("## Policies on `bad`")
    assert sorted(one.name for one in files[0].parent.iterdir()) == ["p.md", "p.sarif"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "name what to check (--stack STACK, or --state FILE)"),
        (["check", "--stack", "none"], "there is no Pulumi.none.yaml (the stacks are dev, prod)"),
        (["check", "--state", "nowhere.json"], "nowhere.json can't be read"),
        (["check", "--state", "{state}", "--stack", "prod"], "is of stack bad, not prod"),
        (["check", "--state", "{state}", "--waivers", "none.yaml"], "there is no none.yaml"),
        (["check", "--state", "{state}", "--config", "none.json"], "none.json can't be read"),
        (["check", "--state", "{empty}"], "is empty: the stack was never brought up, or is destroyed"),
        (["check", "--state", "{other}"], "holds no resources"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_2(
    run: Callable[..., tuple[int, str, str]],
    state_file: Path,
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    (tmp_path / "empty.json").write_text('{"deployment": {"resources": []}}')
    (tmp_path / "other.json").write_text("{}")
    names = {"state": state_file, "empty": tmp_path / "empty.json", "other": tmp_path / "other.json"}
    code, out, err = run(*(one.format(**names) for one in arguments))
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_list_names_every_policy(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("list", "--json")
    assert code == 0
    assert {one["id"] for one in json.loads(out)} == set(BY_ID)
