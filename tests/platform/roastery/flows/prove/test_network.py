"""Whether packets arrive: one flow at a time, and the one thing that cuts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.model import (
    ApiServer,
    AzureService,
    Destination,
    FlowVerdict,
    Hosts,
    Pods,
    Resource,
    Tagged,
)
from roastery.flows.prove.network import reach
from tests.platform.roastery.flows.prove.connections import (
    VAULT,
    Listed,
    Make,
    flow,
    out,
    rules,
    without,
)


def test_a_private_endpoint_is_reached_by_rules_records_and_links(topology: Make) -> None:
    judgement = reach(topology(), flow(VAULT))

    assert judgement.verdict is FlowVerdict.OK
    used = {use.rpartition("::")[2] for use in judgement.uses}
    assert used == {"nsg-jump-box#OutInside", "nsg-private-endpoints#InInside", "pep", "records", "link"}


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            without("jump-box", "OutInside"),
            "nsg-jump-box of subnet jump_box has no outbound rule that allows",
        ),
        (
            without("private-endpoints", "InInside"),
            "nsg-private-endpoints of subnet private_endpoints has no",
        ),
        (lambda listed: listed.pop("link"), "zone privatelink.vaultcore.azure.net is not linked to the VNet"),
        (lambda listed: listed.pop("records"), "no zone group writes a record of pep into privatelink.vault"),
        (
            lambda listed: listed["pep"]["inputs"].update(privateLinkServiceConnections=[]),
            "vault (vault) has no private endpoint in the VNet",
        ),
    ],
)
def test_what_is_missing_on_the_way_to_a_private_endpoint_is_named(
    topology: Make, edit: Callable[[Listed], None], reason: str
) -> None:
    judgement = reach(topology(edit), flow(VAULT))

    assert judgement.verdict is FlowVerdict.BLOCKED
    assert reason in judgement.reason


def test_an_end_that_the_state_does_not_have_is_said(topology: Make) -> None:
    judgement = reach(topology(), flow(Resource(key="state_store", group="blob")))

    assert (judgement.verdict, judgement.reason) == (FlowVerdict.NOT_DECLARED, "the state has no state_store")


@pytest.mark.parametrize(
    ("prefix", "destination", "verdict"),
    [
        ("AzureMonitor", Tagged(tags=("AzureMonitor",)), FlowVerdict.OK),
        ("azuremonitor", Tagged(tags=("AzureMonitor",)), FlowVerdict.OK),
        ("Storage", Tagged(tags=("Storage.{region}",)), FlowVerdict.OK),
        ("Storage.eastus2", Tagged(tags=("Storage",)), FlowVerdict.BLOCKED),
        ("Storage.westus", Tagged(tags=("Storage.{region}",)), FlowVerdict.BLOCKED),
        ("AzureCloud", Tagged(tags=("AzureMonitor",)), FlowVerdict.OK),
        ("AzureCloud.eastus2", Tagged(tags=("Storage.eastus2",)), FlowVerdict.OK),
        ("AzureCloud.eastus2", Tagged(tags=("AzureMonitor",)), FlowVerdict.BLOCKED),
        ("Internet", Tagged(tags=("AzureMonitor",)), FlowVerdict.OK),
        ("VirtualNetwork", Tagged(tags=("AzureMonitor",)), FlowVerdict.BLOCKED),
        ("AzureCloud", Hosts(names=("example.org",)), FlowVerdict.BLOCKED),
        ("Internet", Hosts(names=("example.org",)), FlowVerdict.OK),
        ("0.0.0.0/0", Hosts(names=("example.org",)), FlowVerdict.OK),
        ("13.107.6.0/24", Hosts(names=("dev.azure.com",), prefixes=("13.107.6.0/24",)), FlowVerdict.OK),
        ("13.107.6.0/25", Hosts(names=("dev.azure.com",), prefixes=("13.107.6.0/24",)), FlowVerdict.BLOCKED),
    ],
)
def test_a_prefix_lets_out_what_it_contains(
    topology: Make, prefix: str, destination: Destination, verdict: FlowVerdict
) -> None:
    judgement = reach(topology(out(destinationAddressPrefix=prefix)), flow(destination))

    assert judgement.verdict is verdict
    if verdict is FlowVerdict.OK:
        assert {use.rpartition("::")[2] for use in judgement.uses} == {"nsg-jump-box#Out", "nat"}


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"destinationPortRange": "400-500"}, FlowVerdict.OK),
        ({"destinationPortRange": "", "destinationPortRanges": ["80", "443"]}, FlowVerdict.OK),
        ({"destinationPortRange": "80"}, FlowVerdict.BLOCKED),
        ({"protocol": "Udp"}, FlowVerdict.BLOCKED),
        ({"protocol": "*"}, FlowVerdict.OK),
        ({"sourceAddressPrefix": "10.0.5.64/28"}, FlowVerdict.OK),
        ({"sourceAddressPrefix": "10.0.5.64/29"}, FlowVerdict.BLOCKED),
        ({"direction": "Inbound"}, FlowVerdict.BLOCKED),
        ({"priority": 4096, "name": "Late"}, FlowVerdict.BLOCKED),
    ],
)
def test_a_rule_has_to_cover_port_protocol_source_and_to_come_first(
    topology: Make, more: dict[str, Any], verdict: FlowVerdict
) -> None:
    edit = out(destinationAddressPrefix="AzureMonitor", **more)

    assert reach(topology(edit), flow(Tagged(tags=("AzureMonitor",)))).verdict is verdict


def test_a_denial_of_a_part_blocks_the_whole(topology: Make) -> None:
    def edit(listed: Listed) -> None:
        out(destinationAddressPrefix="13.107.6.0/24")(listed)
        out(destinationAddressPrefix="13.107.6.7/32", access="Deny", priority=150, name="Never")(listed)

    judgement = reach(topology(edit), flow(Hosts(names=("x",), prefixes=("13.107.6.0/24",))))

    assert judgement.verdict is FlowVerdict.BLOCKED
    assert "Never denies it" in judgement.reason


@pytest.mark.parametrize(
    ("second", "verdict"), [("10.244.0.0/16", FlowVerdict.OK), ("10.245.0.0/16", FlowVerdict.BLOCKED)]
)
def test_the_prefixes_of_one_rule_cover_an_end_together(
    topology: Make, second: str, verdict: FlowVerdict
) -> None:
    """Nodes and pods have ranges of their own; traffic among them has to pass whatever it is between."""

    def edit(listed: Listed) -> None:
        both = ["10.0.0.0/22", second]
        for direction in ("Inbound", "Outbound"):
            rules(listed, "cluster").append(
                {
                    "name": f"Own{direction}",
                    "direction": direction,
                    "access": "Allow",
                    "priority": 200,
                    "protocol": "*",
                    "sourceAddressPrefixes": both,
                    "destinationAddressPrefixes": both,
                    "destinationPortRange": "*",
                }
            )

    among = flow(Pods(namespace="b"), Pods(namespace="a"), ports=(4222,))
    assert reach(topology(edit), among).verdict is verdict


def test_every_tag_of_a_flow_has_to_be_open(topology: Make) -> None:
    both = Tagged(tags=("MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty"))
    judgement = reach(topology(out(destinationAddressPrefix="MicrosoftContainerRegistry")), flow(both))

    assert judgement.verdict is FlowVerdict.BLOCKED
    assert "AzureFrontDoor.FirstParty" in judgement.reason


def test_a_subnet_without_a_group_has_azures_default_rules(topology: Make) -> None:
    def edit(listed: Listed) -> None:
        for subnet in listed["vnet"]["inputs"]["subnets"]:
            subnet.pop("networkSecurityGroup")

    assert reach(topology(edit), flow(Hosts(names=("example.org",)))).verdict is FlowVerdict.OK


def test_a_rule_that_is_a_resource_counts_as_the_groups(topology: Make) -> None:
    def edit(listed: Listed) -> None:
        inputs = {
            "networkSecurityGroupName": "nsg-jump-box",
            "securityRuleName": "Own",
            "direction": "Outbound",
            "access": "Allow",
            "priority": 300,
            "protocol": "Tcp",
            "sourceAddressPrefix": "*",
            "destinationAddressPrefix": "AzureMonitor",
            "destinationPortRange": "443",
        }
        listed["own"] = {"type": "azure-native:network:SecurityRule", "id": "x/own", "inputs": inputs}

    judgement = reach(topology(edit), flow(Tagged(tags=("AzureMonitor",))))

    assert {use.rpartition("::")[2] for use in judgement.uses} == {"own", "nat"}


def test_the_api_servers_own_zone_has_to_be_linked(topology: Make) -> None:
    def edit(listed: Listed) -> None:
        zone = "/x/privateDnsZones/privatelink.eastus2.azmk8s.io"
        listed["aks"]["inputs"]["apiServerAccessProfile"]["privateDNSZone"] = zone

    assert reach(topology(), flow(ApiServer())).verdict is FlowVerdict.OK
    judgement = reach(topology(edit), flow(ApiServer()))
    assert judgement.reason == "zone privatelink.eastus2.azmk8s.io is not linked to the VNet"


@pytest.mark.parametrize(
    ("bypass", "verdict"), [("AzureServices", FlowVerdict.OK), ("None", FlowVerdict.BLOCKED)]
)
def test_a_trusted_service_passes_a_closed_resource_that_lets_it(
    topology: Make, bypass: str, verdict: FlowVerdict
) -> None:
    def edit(listed: Listed) -> None:
        listed["kv"]["inputs"]["properties"]["networkAcls"] = {"bypass": bypass}

    trusted = AzureService(name="Event Grid", trusted=True)
    other = AzureService(name="somebody")

    assert reach(topology(edit), flow(VAULT, trusted)).verdict is verdict
    assert reach(topology(edit), flow(VAULT, other)).verdict is FlowVerdict.BLOCKED
