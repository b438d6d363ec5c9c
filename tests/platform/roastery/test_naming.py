"""Names by the Cloud Adoption Framework, checked against the rule of each service."""

from __future__ import annotations

import re

import pytest

from azsandbox.facts.regions import regions
from roastery.errors import RoasteryError
from roastery.naming import DISPLAY_NAMES, KINDS, REGIONS, NameRuleError, Names, check

NAMES = Names(workload="roastery", environment="prod", region="eastus2", salt="s")


@pytest.mark.parametrize(
    ("kind", "part", "name"),
    [
        ("resource group", "data", "rg-roastery-data-prod-eus2"),
        ("virtual network", "", "vnet-roastery-prod-eus2"),
        ("subnet", "jump-box", "snet-roastery-jump-box-prod-eus2"),
        ("machine learning workspace", "", "mlw-roastery-prod-eus2"),
    ],
)
def test_a_name_is_abbreviation_workload_part_environment_region(kind: str, part: str, name: str) -> None:
    assert NAMES.of(kind, part) == name


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_fits_the_rule_of_its_service(kind: str) -> None:
    rule, name = KINDS[kind], NAMES.of(kind)

    assert len(name) <= rule.limit
    assert re.fullmatch(rule.pattern, name)


def test_global_names_of_two_subscriptions_differ_and_are_the_same_on_every_run() -> None:
    other = Names(workload="roastery", environment="prod", region="eastus2", salt="t")

    assert NAMES.of("storage account") == NAMES.of("storage account")
    assert NAMES.of("storage account") != other.of("storage account")
    assert NAMES.of("virtual network") == other.of("virtual network")


def test_a_name_that_is_too_long_is_refused_with_how_much_to_shorten() -> None:
    names = Names(workload="roasteryxx", environment="prodxx", region="eastus2", salt="s")

    with pytest.raises(NameRuleError, match="has 26 characters, at most 24 are allowed") as caught:
        names.of("storage account")
    assert "shorten roastery:workload or roastery:environment by 2" in str(caught.value)


def test_a_name_with_other_characters_is_refused_with_the_rule() -> None:
    with pytest.raises(NameRuleError, match="key vault name 'kv--x' does not match"):
        check("key vault", "kv--x")


def test_a_broken_rule_is_an_error_for_the_user() -> None:
    assert issubclass(NameRuleError, RoasteryError)
    assert NameRuleError.exit_code == 2


def test_every_region_has_azures_own_display_name() -> None:
    published = {name: region.display_name for name, region in regions().items()}

    assert {name: published[name] for name in REGIONS} == DISPLAY_NAMES
