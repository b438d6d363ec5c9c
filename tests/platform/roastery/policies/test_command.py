"""`roast policy check` and `roast policy list`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.policies.catalogue import BY_ID

ROOT = Path(__file__).resolve().parents[4]


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


def test_check_writes_every_report_and_exits_with_1_on_a_blocking_finding(
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
    assert sorted(file.name for file in files[0].parent.iterdir()) == ["p.md", "p.sarif"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "name what to check (--stack STACK, or --state FILE)"),
        (["check", "--stack", "none"], "there is no Pulumi.none.yaml (the stacks are dev, prod)"),
        (["check", "--state", "nowhere.json"], "nowhere.json can't be read"),
        (["check", "--state", "{state}", "--stack", "prod"], "is of stack bad, not prod"),
        (
            ["check", "--state", "{state}", "--waivers", "none.yaml"],
            "there is no file none.yaml (--waivers names a YAML file)",
        ),
        (["check", "--state", "{state}", "--config", "none.json"], "none.json can't be read"),
        (["check", "--state", "{empty}"], "has no resources: the stack was never deployed, or is destroyed"),
        (["check", "--state", "{other}"], "has no resources"),
    ],
)
def test_a_usage_error_is_one_line_with_exit_code_2(
    run: Callable[..., tuple[int, str, str]],
    state_file: Path,
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    (tmp_path / "empty.json").write_text('{"deployment": {"resources": []}}')
    (tmp_path / "other.json").write_text("{}")
    names = {"state": state_file, "empty": tmp_path / "empty.json", "other": tmp_path / "other.json"}
    code, out, err = run(*(argument.format(**names) for argument in arguments))
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_list_names_every_policy(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("list", "--json")
    assert code == 0
    assert {policy["id"] for policy in json.loads(out)} == set(BY_ID)
