"""Until when AKS and Azure ML's extension support a version of Kubernetes."""

from __future__ import annotations

import datetime as dt

import pytest

from azsandbox.facts import aks_versions
from roastery import kubernetes_calendar as calendar
from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import over_resource
from roastery.policies.model import DeclaredResource

DECEMBER = dt.date(2026, 12, 1)


def test_the_product_and_the_offline_subscription_have_the_same_calendar() -> None:
    assert {
        minor: (row.general, row.end, row.long_term_end) for minor, row in calendar.supports().items()
    } == {minor: (row.general, row.end, row.long_term_end) for minor, row in aks_versions.supports().items()}


def test_the_last_day_of_support_is_a_warning_and_the_day_after_it_an_error() -> None:
    last = dt.date(2026, 11, 30)
    assert calendar.ended("1.34", last) == ""
    assert calendar.ends_soon("1.34", last) == "is supported by AKS until 2026-11-30, 0 more days"
    assert "was supported by AKS until 2026-11-30" in calendar.ended("1.34", DECEMBER)
    assert "1.35, 1.36, 1.37 are supported" in calendar.ended("1.34", DECEMBER)
    assert calendar.ends_soon("1.34", DECEMBER) == ""


@pytest.mark.parametrize(("days", "warned"), [(60, True), (61, False)])
def test_the_end_of_support_is_announced_sixty_days_before(days: int, warned: bool) -> None:
    day = dt.date(2027, 3, 31) - dt.timedelta(days=days)
    assert bool(calendar.ends_soon("1.35", day)) is warned


def test_long_term_support_ends_a_year_later() -> None:
    assert calendar.ended("1.34", DECEMBER, long_term=True) == ""
    assert calendar.ended("1.34", dt.date(2027, 12, 1), long_term=True)


def test_the_extension_supports_the_newest_version_and_the_two_before_it() -> None:
    assert [calendar.outside_extension_window(f"1.{minor}", DECEMBER) for minor in (35, 36, 37)] == [""] * 3
    assert "supports 1.37 and the 2 minor versions before it" in calendar.outside_extension_window(
        "1.34", DECEMBER
    )
    assert calendar.outside_extension_window("1.34", dt.date(2026, 9, 30)) == ""  # 1.37 came in October


def test_text_that_is_not_a_version_has_no_calendar() -> None:
    for text in ("", "latest", "1.99"):
        assert calendar.ended(text, DECEMBER) == calendar.ends_soon(text, DECEMBER) == ""


@pytest.mark.parametrize(
    ("day", "ids"),
    [
        (dt.date(2027, 1, 15), []),
        (dt.date(2027, 2, 1), ["aks-version-lasts"]),
        (dt.date(2027, 4, 1), ["aks-version"]),
    ],
)
def test_a_version_is_first_advised_against_and_then_refused(
    day: dt.date, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "today", lambda: day)
    cluster = DeclaredResource(
        urn="urn:pulumi:s::p::c::aks", type=t.AKS, inputs={"kubernetesVersion": "1.35.7"}
    )
    policies = [BY_ID["aks-version"], BY_ID["aks-version-lasts"]]
    assert [p.id for p in policies if list(over_resource(p, cluster, p.settings()))] == ids
