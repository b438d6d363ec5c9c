"""Security rules: what each subnet may reach, and by whom it may be reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from roastery.components.network import rules
from roastery.components.network.forges import AZURE_DEVOPS, GITHUB, forge_host, published_ranges
from roastery.components.network.rules import Egress, NetworkLayout, SecurityRule, rules_of

SUBNETS = {
    "cluster": "10.0.0.0/22",
    "private_endpoints": "10.0.4.0/24",
    "bastion": "10.0.5.0/26",
    "agents": "10.0.5.64/26",
    "jump_box": "10.0.5.128/28",
}
TAGS = NetworkLayout(
    region="eastus2", subnets=SUBNETS, pods="10.61.0.0/16", egress="tags", forge=AZURE_DEVOPS.ranges
)
MACHINES = ("agents", "jump_box")


def by_direction(subnet: str, direction: str, layout: NetworkLayout = TAGS) -> dict[str, SecurityRule]:
    return {rule.name: rule for rule in rules_of(subnet, layout) if rule.direction == direction}


def test_everything_else_is_denied_in_both_directions() -> None:
    assert {(rule.direction, rule.access, rule.ports) for rule in rules.DENY_ALL} == {
        ("Inbound", "Deny", ("*",)),
        ("Outbound", "Deny", ("*",)),
    }


@pytest.mark.parametrize("subnet", SUBNETS)
@pytest.mark.parametrize("egress", ["firewall", "tags", "open"])
def test_names_are_unique_within_a_subnet(subnet: str, egress: Egress) -> None:
    names = [rule.name for rule in (*rules_of(subnet, replace(TAGS, egress=egress)), *rules.DENY_ALL)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("subnet", [subnet for subnet in SUBNETS if subnet != "bastion"])
def test_the_internet_reaches_bastion_only(subnet: str) -> None:
    assert not [rule for rule in by_direction(subnet, "Inbound").values() if rule.source == "Internet"]
    assert [rule.name for rule in rules.BASTION if rule.source == "Internet"] == ["In-Https"]


@pytest.mark.parametrize("subnet", [subnet for subnet in SUBNETS if subnet != "bastion"])
def test_the_tag_of_the_network_is_not_used_because_a_default_route_widens_it(subnet: str) -> None:
    ends = {end for rule in rules_of(subnet, TAGS) for end in (rule.source, rule.target)}

    assert "VirtualNetwork" not in ends


def test_only_bastion_signs_in_to_the_jump_box() -> None:
    admitted = by_direction("jump_box", "Inbound").values()

    assert [(rule.source, rule.ports) for rule in admitted] == [(SUBNETS["bastion"], ("22",))]


def test_nobody_connects_to_build_agents() -> None:
    assert not by_direction("agents", "Inbound")


@pytest.mark.parametrize("subnet", ["cluster", *MACHINES])
def test_private_endpoints_are_reached_from_where_they_are_used(subnet: str) -> None:
    """The state, its key and the registry too: their endpoints are in this subnet."""
    out = by_direction(subnet, "Outbound")["Out-PrivateEndpoints"]
    admitted = by_direction("private_endpoints", "Inbound")["In-Services"]

    assert (out.target, out.ports) == (SUBNETS["private_endpoints"], ("443",))
    assert SUBNETS[subnet] in admitted.source
    assert admitted.ports == ("443",)


def test_an_event_hub_is_read_by_amqp() -> None:
    layout = replace(TAGS, private_ports=("443", "5671"))

    assert "5671" in by_direction("cluster", "Outbound", layout)["Out-PrivateEndpoints"].ports
    assert "5671" in by_direction("private_endpoints", "Inbound", layout)["In-Services"].ports


@pytest.mark.parametrize("subnet", MACHINES)
def test_machines_reach_the_api_server_and_the_endpoint(subnet: str) -> None:
    out = by_direction(subnet, "Outbound")["Out-Cluster"]
    admitted = by_direction("cluster", "Inbound")["In-Scoring"]

    assert (out.target, out.ports) == (SUBNETS["cluster"], ("443",))
    assert SUBNETS[subnet] in admitted.source


def test_planners_of_connected_networks_are_admitted_by_range() -> None:
    layout = replace(TAGS, callers=("10.90.0.0/16",))

    assert "10.90.0.0/16" in by_direction("cluster", "Inbound", layout)["In-Scoring"].source


def test_pushes_are_admitted_from_their_senders_only_where_they_are_reported() -> None:
    reported = replace(TAGS, push_senders=("20.41.6.0/23",))

    assert "In-Push" not in by_direction("cluster", "Inbound")
    assert by_direction("cluster", "Inbound", reported)["In-Push"].source == ("20.41.6.0/23",)


@pytest.mark.parametrize("egress", ["firewall", "open"])
def test_behind_a_firewall_or_open_the_cluster_names_no_services(egress: Egress) -> None:
    """The firewall judges by host; the group only lets traffic through to it."""
    out = by_direction("cluster", "Outbound", replace(TAGS, egress=egress))

    assert set(out) == {"Out-Own", "Out-PrivateEndpoints", "Out-Internet"}
    assert out["Out-Internet"].ports == ("80", "443")


def test_by_tags_the_cluster_reaches_services_and_the_repository_but_not_the_internet() -> None:
    out = by_direction("cluster", "Outbound")

    assert "Out-Internet" not in out
    assert out["Out-Forge"].target == AZURE_DEVOPS.ranges
    assert {"Storage.eastus2", "AzureCloud.eastus2"} <= {rule.target for rule in out.values()}


@pytest.mark.parametrize("subnet", SUBNETS)
@pytest.mark.parametrize("egress", ["firewall", "tags", "open"])
def test_the_tag_of_azure_devops_which_is_for_inbound_rules_is_not_an_outbound_target(
    subnet: str, egress: Egress
) -> None:
    out = by_direction(subnet, "Outbound", replace(TAGS, egress=egress)).values()

    assert not [rule for rule in out if "AzureDevOps" in rule.target]


def test_nothing_is_opened_for_compute_that_the_network_does_not_have() -> None:
    """Batch and these ports are for compute instances and clusters of Azure ML."""
    out = by_direction("cluster", "Outbound").values()

    assert not [rule for rule in out if str(rule.target).startswith("BatchNodeManagement")]
    assert not {"8787", "18881", "5831"} & {port for rule in out for port in rule.ports}


@pytest.mark.parametrize(
    ("repository", "ranges"),
    [
        ("https://dev.azure.com/org/project/_git/repo", AZURE_DEVOPS.ranges),
        ("https://org.visualstudio.com/project/_git/repo", AZURE_DEVOPS.ranges),
        ("https://github.com/org/repo", GITHUB.ranges),
        ("https://git.example.com/repo", ()),
        ("https://notgithub.com/repo", ()),
    ],
)
def test_the_ranges_of_a_repository_are_those_that_its_host_publishes(
    repository: str, ranges: tuple[str, ...]
) -> None:
    assert published_ranges(repository) == ranges
    assert forge_host(repository) in repository


def test_a_subnet_without_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="no rules for subnet guests"):
        rules_of("guests", TAGS)
