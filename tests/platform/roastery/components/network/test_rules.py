"""Security rules: what each subnet may reach, and by whom it may be reached."""

from __future__ import annotations

import pytest

from roastery.components.network import rules

TABLES = {
    "cluster": rules.cluster("eastus2", ["10.0.0.0/22", "10.61.0.0/16"], open_egress=False),
    "private endpoints": rules.private_endpoints(),
    "bastion": rules.BASTION,
    "agents": rules.agents(open_egress=False),
    "jump box": rules.jump_box("10.0.5.0/26"),
}


def test_everything_else_is_denied_in_both_directions() -> None:
    assert {(rule.direction, rule.access, rule.ports) for rule in rules.DENY_ALL} == {
        ("Inbound", "Deny", ("*",)),
        ("Outbound", "Deny", ("*",)),
    }


@pytest.mark.parametrize("subnet", TABLES)
def test_names_are_unique_within_a_subnet(subnet: str) -> None:
    names = [rule.name for rule in (*TABLES[subnet], *rules.DENY_ALL)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("subnet", [subnet for subnet in TABLES if subnet != "bastion"])
def test_the_internet_reaches_bastion_only(subnet: str) -> None:
    assert not [rule for rule in TABLES[subnet] if rule.direction == "Inbound" and rule.source == "Internet"]
    assert [rule.name for rule in rules.BASTION if rule.source == "Internet"] == ["In-Https"]


def test_only_bastion_signs_in_to_the_jump_box() -> None:
    admitted = [rule for rule in TABLES["jump box"] if rule.direction == "Inbound"]

    assert [(rule.source, rule.ports) for rule in admitted] == [("10.0.5.0/26", ("22",))]


def test_nobody_connects_to_build_agents() -> None:
    assert not [rule for rule in TABLES["agents"] if rule.direction == "Inbound"]


def test_open_egress_is_one_more_rule() -> None:
    for closed, opened in (
        (rules.agents(open_egress=False), rules.agents(open_egress=True)),
        (rules.cluster("eastus2", [], open_egress=False), rules.cluster("eastus2", [], open_egress=True)),
    ):
        (added,) = [rule for rule in opened if rule not in closed]
        assert (added.target, added.ports) == ("Internet", ("443",))


def test_regional_services_are_those_of_the_stacks_region() -> None:
    targets = {rule.target for rule in TABLES["cluster"]}

    assert {"Storage.eastus2", "BatchNodeManagement.eastus2", "AzureCloud.eastus2"} <= targets
