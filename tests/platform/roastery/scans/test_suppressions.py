"""A finding is explained or it counts; an explanation that explains nothing counts too."""

from __future__ import annotations

from pathlib import Path

import pytest

from roastery.scans import suppressions, table
from roastery.scans.model import Finding, Outcome, SecurityError
from roastery.scans.suppressions import Suppression

FOUND = Finding(tool="checkov arm", check="CKV_1", resource="vaults.kv", message="is open", stack="prod")
KNOWN = Suppression(tool="checkov arm", check="CKV_1", resource="vaults.*", reason="is closed elsewhere")


def _run(*found: Finding) -> Outcome:
    return Outcome(tool="checkov arm", stack="prod", passed=3, findings=found)


def _file(folder: Path, **changed: object) -> Path:
    entry = {"tool": "t", "checks": ["C"], "resource": '"*"', "reason": "r"} | changed
    lines = [f"{key}: {value}" for key, value in entry.items() if value is not None]
    file = folder / "suppressions.yaml"
    file.write_text("suppressions:\n  - " + "\n    ".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_finding_without_a_suppression_is_unexplained() -> None:
    report = suppressions.judge([_run(FOUND)], [])
    assert report.unexplained == [FOUND]
    assert not report.clean
    assert "unexplained  checkov arm CKV_1 vaults.kv in prod: is open" in table.text(report)


def test_a_suppression_explains_what_it_names() -> None:
    report = suppressions.judge([_run(FOUND)], [KNOWN])
    assert report.suppressed == {FOUND: "is closed elsewhere"}
    assert report.clean


@pytest.mark.parametrize(
    "other",
    [
        Suppression(tool="checkov kubernetes", check="CKV_1", resource="*", reason="r"),
        Suppression(tool="checkov arm", check="CKV_2", resource="*", reason="r"),
        Suppression(tool="checkov arm", check="CKV_1", resource="vault", reason="r"),
        Suppression(tool="checkov arm", check="CKV_1", resource="*", reason="r", stack="dev"),
    ],
)
def test_a_suppression_of_something_else_explains_nothing(other: Suppression) -> None:
    report = suppressions.judge([_run(FOUND)], [other])
    assert report.unexplained == [FOUND]


def test_a_suppression_that_nothing_needs_is_not_clean() -> None:
    report = suppressions.judge([_run()], [KNOWN])
    assert report.unused == ["checkov arm CKV_1 on vaults.*"]
    assert not report.clean
    assert "unused       suppression of checkov arm CKV_1 on vaults.*: remove it" in table.text(report)


def test_a_skipped_tool_is_neither_clean_in_the_table_nor_proof_that_a_suppression_is_unneeded() -> None:
    report = suppressions.judge([Outcome(tool="checkov arm", skipped="no network")], [KNOWN])
    assert not report.unused
    assert "skipped" in table.rows(report)[0]
    assert "not asked    checkov arm: no network" in table.text(report)
    assert table.text(report).endswith("clean as far as was asked")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"reason": None}, "`reason` must be text"),
        ({"reason": '"  "'}, "`reason` must be text"),
        ({"checks": "[]"}, "`checks` must be a list"),
        ({"checks": "CKV_1"}, "`checks` must be a list"),
        ({"until": "2030"}, "unknown until"),
        ({"checks": "[C, C]"}, "t C * is suppressed twice"),
    ],
)
def test_a_suppression_has_a_reason_and_nothing_unknown(
    tmp_path: Path, changed: dict[str, object], says: str
) -> None:
    with pytest.raises(SecurityError) as error:
        suppressions.load(_file(tmp_path, **changed))
    assert says in str(error.value)


def test_the_committed_suppressions_load_and_have_their_reason_on_the_page(project: Path) -> None:
    known = suppressions.load(project / suppressions.FILE)
    page = (project / "docs" / "second-opinions.md").read_text(encoding="utf-8")
    assert known
    assert {one.reason for one in known if one.reason not in page} == set()
