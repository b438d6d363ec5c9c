"""Waivers: in force, expired, unused, malformed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies import waivers
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.model import STACK, DeclaredResource

TODAY = dt.date(2026, 11, 23)
URN = "urn:pulumi:prod::p::azure-native:storage:StorageAccount::st"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def waiver(**changes: Any) -> Path:
        fields = {
            "policy": "storage-shared-key",
            "resource": "StorageAccount::st",
            "reason": "The old importer",
            "owner": "platform engineers",
            "expires": "2027-01-31",
            **changes,
        }
        lines = [f"    {key}: {value}" for key, value in fields.items() if value is not None]
        file = tmp_path / "policy-waivers.yaml"
        file.write_text("# reviewed\nwaivers:\n  -\n" + "\n".join(lines) + "\n")
        return file

    return waiver


@pytest.fixture
def run(stack: Callable[..., Any]) -> Callable[..., PolicyReport]:
    def go(file: Path, *, account_key: bool = True, today: dt.date = TODAY) -> PolicyReport:
        account = DeclaredResource(
            urn=URN, type=t.STORAGE, inputs={"allowSharedKeyAccess": account_key, "accountName": "st"}
        )
        root = DeclaredResource(urn="urn:pulumi:prod::p::pulumi:pulumi:Stack::p-prod", type=STACK, inputs={})
        return evaluate(stack(root, account), waivers=waivers.load(file, BY_ID), today=today)

    return go


def blocking(report: PolicyReport) -> set[str]:
    return {finding.policy.id for finding in report.blocking}


def test_a_waiver_in_force_keeps_the_finding_in_sight_but_lets_it_pass(
    write: Callable[..., Path], run: Callable[..., PolicyReport]
) -> None:
    report = run(write())
    assert "storage-shared-key" not in blocking(report)
    assert [waived.waiver for waived in report.waived] == [
        "waived until 2027-01-31 by platform engineers: The old importer"
    ]


def test_the_last_day_counts_and_the_day_after_blocks_twice(
    write: Callable[..., Path], run: Callable[..., PolicyReport]
) -> None:
    file = write()
    assert not {"storage-shared-key", "waiver-expired"} & blocking(run(file, today=dt.date(2027, 1, 31)))
    assert {"storage-shared-key", "waiver-expired"} <= blocking(run(file, today=dt.date(2027, 2, 1)))


def test_an_expired_waiver_fails_even_when_it_covers_nothing(
    write: Callable[..., Path], run: Callable[..., PolicyReport]
) -> None:
    report = run(write(expires="2026-01-31"), account_key=False)
    expired = next(finding for finding in report.blocking if finding.policy.id == "waiver-expired")
    assert expired.line == ("stacks/policy-waivers.yaml", 4)


def test_a_waiver_without_a_finding_is_reported_and_does_not_block(
    write: Callable[..., Path], run: Callable[..., PolicyReport]
) -> None:
    report = run(write(), account_key=False)
    assert "waiver-unused" in {finding.policy.id for finding in report.advice}


@pytest.mark.parametrize("resource", ["st", "::st", "storage:StorageAccount::st", URN])
def test_a_waiver_may_name_any_whole_parts_at_the_end_of_a_urn(
    write: Callable[..., Path], run: Callable[..., PolicyReport], resource: str
) -> None:
    assert "storage-shared-key" not in blocking(run(write(resource=f"'{resource}'")))


@pytest.mark.parametrize(
    "changes",
    [
        {"stack": "dev"},
        {"policy": "storage-https"},
        {"resource": "StorageAccount::other"},
        {"resource": "t"},  # the end of a name is not a whole part
        {"resource": "Account::st"},
    ],
)
def test_a_waiver_covers_only_what_it_names(
    write: Callable[..., Path], run: Callable[..., PolicyReport], changes: dict[str, str]
) -> None:
    assert "storage-shared-key" in blocking(run(write(**changes)))


def test_a_waiver_of_another_stack_is_not_reported_as_unused(
    write: Callable[..., Path], run: Callable[..., PolicyReport]
) -> None:
    ids = {finding.policy.id for finding in run(write(stack="dev")).findings}
    assert "waiver-unused" not in ids


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": None}, ":4: reason must be set"),
        ({"owner": "''"}, ":4: owner must be set"),
        ({"until": "2027-01-01"}, ":4: unknown key until"),
        ({"policy": "storage-shared-keys"}, "'storage-shared-keys' is not a policy"),
        ({"expires": "soon"}, "must be a date such as 2027-03-31"),
        ({"expires": "2099-01-01"}, "more than 365 days away"),
    ],
)
def test_a_malformed_waiver_is_an_error_with_its_line(
    write: Callable[..., Path], changes: dict[str, str | None], message: str
) -> None:
    with pytest.raises(waivers.WaiverError) as caught:
        waivers.load(write(**changes), BY_ID)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["waivers: 3\n", "- a\n", "others: []\n", "waivers: [\n", "waivers: [text]\n"]
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "policy-waivers.yaml"
    file.write_text(text)
    with pytest.raises(waivers.WaiverError, match=r"policy-waivers\.yaml:\d+: "):
        waivers.load(file, BY_ID)


def test_no_file_and_an_empty_one_mean_no_waivers(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\n")
    assert waivers.load(waivers.find(tmp_path), BY_ID) == []
    empty = tmp_path / "policy-waivers.yaml"
    empty.write_text("# none\n")
    assert waivers.load(empty, BY_ID) == []
