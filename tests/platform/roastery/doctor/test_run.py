"""`roast doctor` as a command: lines, JSON, exit codes, and what is wrong with its options."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.doctor import page, stack_file
from roastery.doctor.catalogue import CHECKS
from roastery.doctor.checks import machine
from roastery.doctor.model import Line, error, ok, warning
from roastery.doctor.run import exit_code
from roastery.stack_file import StackFileError

ROOT = Path(__file__).resolve().parents[4]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


@pytest.mark.xdist_group("doctor")
def test_the_same_checks_run_offline_and_end_in_one_code(
    trial: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(trial.project.root)
    code, out, _ = run(capsys, "--target", "sandbox", "--stack", "trial", "--json")
    document = json.loads(out)
    assert (document["target"], document["stack"]) == ("sandbox", "trial")
    assert {line["check"] for line in document["lines"]} == {c.id for c in CHECKS if c.page}
    wrong = [line for line in document["lines"] if line["status"] != "ok"]
    assert {line["check"] for line in wrong} == {"state", "state-key", "secrets", "images", "agents"}
    assert all(line["todo"] for line in wrong)
    assert code == 1


def test_a_line_says_status_check_and_what_was_seen_and_the_next_one_what_to_type(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    code, out, _ = run(capsys)
    lines = out.splitlines()
    assert lines[0].startswith("ok      python      Python 3.")
    assert lines[3] == "error   programs    pulumi is not on the PATH"
    assert lines[4].startswith(
        f"{'':20}→ install it: curl -fsSL https://get.pulumi.com | sh -s -- --version "
    )
    assert f"--version {machine.PULUMI} " in lines[4]
    warnings = sum(line.startswith("warning ") for line in lines)  # a port may be in use
    assert warnings >= 1
    assert lines[-1].endswith(f"{warnings} warning{'s' * (warnings > 1)}, 1 error")
    assert code == 69


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "moon"], "--target moon: choose one of local, sandbox, azure"),
        (["--target", "azure"], "--target azure needs a stack (name one with --stack)"),
        (
            ["--target", "azure", "--stack", "moon"],
            "there is no Pulumi.moon.yaml (the stacks are dev",
        ),
    ],
)
def test_a_wrong_option_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config: [", "can't be read"),
        ("config: {}", "has no setting roastery:"),
        ("config: {'roastery:region': eastus2}", "roastery:subscription is missing"),
    ],
)
def test_a_stack_file_that_is_wrong_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: roastery")
    (tmp_path / "Pulumi.trial.yaml").write_text(text)
    with pytest.raises(StackFileError, match=message):
        stack_file.read(tmp_path, "trial").text("subscription")


def test_the_exit_code_is_that_of_the_errors_if_they_share_one() -> None:
    def lines(*codes: int) -> list[Line]:
        findings = [ok("x"), warning("x", "y"), *(error("x", "y", code) for code in codes)]
        return [Line(check="c", finding=finding) for finding in findings]

    assert [exit_code(lines(*codes)) for codes in ((), (1,), (77, 77), (75,), (75, 77))] == [0, 1, 77, 75, 1]


def test_every_check_has_an_id_of_its_own_and_says_why() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.why.endswith(".") for check in CHECKS)


def test_the_page_of_checks_is_current() -> None:
    assert (ROOT / page.PAGE).read_text(encoding="utf-8") == page.page(), (
        "run: python -m roastery.doctor.page"
    )
