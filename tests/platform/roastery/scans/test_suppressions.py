"""A finding that is not suppressed fails the run, and so does a suppression that is not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from roastery.scans import suppressions
from roastery.scans.format import format_table, rows
from roastery.scans.model import ScanError, ScanFinding, ScanOutcome
from roastery.scans.suppressions import Suppression

FOUND = ScanFinding(tool="checkov arm", check="CKV_1", resource="vaults.kv", message="is open", stack="prod")
KNOWN = Suppression(tool="checkov arm", check="CKV_1", resource="vaults.*", reason="is closed elsewhere")


def _run(*findings: ScanFinding) -> ScanOutcome:
    return ScanOutcome(tool="checkov arm", stack="prod", passed=3, findings=findings)


def _file(folder: Path, **changed: object) -> Path:
    entry = {"tool": "t", "checks": ["C"], "resource": '"*"', "reason": "r"} | changed
    lines = [f"{key}: {value}" for key, value in entry.items() if value is not None]
    file = folder / "suppressions.yaml"
    file.write_text("suppressions:\n  - " + "\n    ".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_finding_without_a_suppression_is_open() -> None:
    report = suppressions.apply_suppressions([_run(FOUND)], [])
    assert report.open_findings == [FOUND]
    assert not report.clean
    assert "open         checkov arm CKV_1 vaults.kv in prod: is open" in format_table(report)


def test_a_suppression_covers_what_it_names() -> None:
    report = suppressions.apply_suppressions([_run(FOUND)], [KNOWN])
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
def test_a_suppression_of_something_else_covers_nothing(other: Suppression) -> None:
    report = suppressions.apply_suppressions([_run(FOUND)], [other])
    assert report.open_findings == [FOUND]


def test_a_suppression_that_is_not_used_is_not_clean() -> None:
    report = suppressions.apply_suppressions([_run()], [KNOWN])
    assert report.unused_suppressions == ["checkov arm CKV_1 on vaults.*"]
    assert not report.clean
    assert "unused       suppression of checkov arm CKV_1 on vaults.*: remove it" in format_table(report)


def test_a_skipped_tool_is_neither_clean_in_the_table_nor_proof_that_a_suppression_is_unused() -> None:
    report = suppressions.apply_suppressions([ScanOutcome(tool="checkov arm", skipped="no network")], [KNOWN])
    assert not report.unused_suppressions
    assert "skipped" in rows(report)[0]
    assert "not checked  checkov arm: no network" in format_table(report)
    assert format_table(report).endswith("clean, but not everything could be checked")


@pytest.mark.parametrize(
    ("changed", "message"),
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
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(ScanError) as error:
        suppressions.load(_file(tmp_path, **changed))
    assert message in str(error.value)


def test_the_committed_suppressions_load_and_have_their_reason_on_the_page(project: Path) -> None:
    known = suppressions.load(project / suppressions.FILE)
    page = (project / "docs" / "scans.md").read_text(encoding="utf-8")
    assert known
    assert {suppression.reason for suppression in known if suppression.reason not in page} == set()
