"""VM sizes, quota and Kubernetes versions: each failure once, in the sandbox."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from roastery import kubernetes_calendar
from roastery.doctor.model import Status

pytestmark = pytest.mark.xdist_group("doctor")


def test_a_region_that_sells_everything_is_in_order(trial: Any) -> None:
    lines = trial.lines("sizes", "quota", "kubernetes")
    assert {line.finding.status for line in lines} == {Status.OK}
    assert any("in zones 1, 2, 3" in line.finding.seen for line in lines)


def test_a_size_that_the_subscription_may_not_use_is_named(trial: Any) -> None:
    trial.configure({"restricted_sizes": ["Standard_D8s_v5"]})
    (wrong,) = [finding for finding in trial.findings("sizes") if finding.status is Status.ERROR]
    assert wrong.seen == "Standard_D8s_v5 is not available to this subscription in eastus2"
    assert "az vm list-skus --location eastus2" in wrong.todo


def test_a_zone_in_which_the_subscription_may_not_use_the_size_is_named(trial: Any) -> None:
    trial.configure({"restricted_zones": {"Standard_D4s_v5": ["3"]}})
    (wrong,) = [finding for finding in trial.findings("sizes") if finding.status is Status.ERROR]
    assert "Standard_D4s_v5 is not available to this subscription in zone 3" in wrong.seen
    assert "roastery:cluster.zones" in wrong.todo


def test_a_size_that_the_region_does_not_sell_is_named(trial: Any) -> None:
    trial.configure(settings={"machines.size": "Standard_D2s_v99"})
    (wrong,) = [finding for finding in trial.findings("sizes") if finding.status is Status.ERROR]
    assert wrong.seen == "Standard_D2s_v99 is not sold in eastus2"


@pytest.mark.parametrize(
    ("quota", "status", "seen"),
    [
        ({"standardDSv5Family": 100}, Status.ERROR, "188 are needed, the quota is 100"),
        ({"cores": 20}, Status.ERROR, "of all families in eastus2: 188 are needed, the quota is 20"),
        ({"standardDSv5Family": 200}, Status.WARNING, "188 fit, but 252 while a pool is upgraded"),
    ],
)
def test_a_quota_that_is_too_small_is_named(
    trial: Any, quota: dict[str, int], status: Status, seen: str
) -> None:
    trial.configure({"quota": quota})
    (wrong,) = [finding for finding in trial.findings("quota") if finding.status is not Status.OK]
    assert wrong.status is status
    assert seen in wrong.seen
    assert "quota" in wrong.todo


def test_a_version_that_aks_does_not_create_is_named_with_those_that_it_does(trial: Any) -> None:
    trial.configure({"kubernetes_versions": ["1.37"]})
    (wrong,) = trial.findings("kubernetes")
    assert wrong.status is Status.ERROR
    assert "AKS creates no cluster of Kubernetes 1.36" in wrong.seen
    assert wrong.todo.endswith("to one of 1.37")


@pytest.mark.parametrize(
    ("day", "status", "seen"),
    [
        (dt.date(2027, 5, 10), Status.WARNING, "supported by AKS until 2027-06-30"),
        (dt.date(2027, 7, 1), Status.ERROR, "was supported by AKS until 2027-06-30"),
    ],
)
def test_the_end_of_support_is_a_warning_before_it_and_an_error_after_it(
    trial: Any, day: dt.date, status: Status, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial.configure({"kubernetes_versions": ["1.36"]})
    monkeypatch.setattr(kubernetes_calendar, "today", lambda: day)
    (finding,) = trial.findings("kubernetes")
    assert finding.status is status
    assert seen in finding.seen


def test_a_version_that_the_extension_does_not_support_is_a_warning(trial: Any) -> None:
    trial.configure({"kubernetes_versions": ["1.34"]}, {"cluster.kubernetes_version": "1.34"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kubernetes_calendar, "today", lambda: dt.date(2026, 10, 1))
        patch.setattr(kubernetes_calendar, "WARNING_DAYS", 0)
        (finding,) = trial.findings("kubernetes")
    assert finding.status is Status.WARNING
    assert "outside of the window of Azure ML's extension" in finding.seen
