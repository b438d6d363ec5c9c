"""Whether packets arrive: one flow at a time, and the one thing that cuts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.model import (
    ApiServer,
    AzureService,
    Destination,
    Flow,
    FlowVerdict,
    Hosts,
    Pods,
    Resource,
    Subnet,
    Tagged,
)
from roastery.flows.prove.network import reach
from roastery.flows.topology import Topology

Make = Callable[..., Topology]
Listed = dict[str, dict[str, Any]]
AGENTS = Subnet(key="jump_box")
VAULT = Resource(key="vault", group="vault")


def flow(destination: Destination, source: Any = AGENTS, **more: Any) -> Flow:
    return Flow(id="x", source=source, destination=destination, why="tests", page="x", **more)


def rules(listed: Listed, subnet: str) -> list[dict[str, Any]]:
    return listed[f"nsg-{subnet}"]["inputs"]["securityRules"]


def without(subnet: str, name: str) -> Callable[[Listed], None]:
    def edit(listed: Listed) -> None:
        before = rules(listed, subnet)
        listed[f"nsg-{subnet}"]["inputs"]["securityRules"] = [r for r in before if r["name"] != name]
        assert len(rules(listed, subnet)) == len(before) - 1

    return edit


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


def out(**more: Any) -> Callable[[Listed], None]:
    """Lets the jump box out to an address; the rule is named Out."""
    prefix = {"sourceAddressPrefix": "*", "protocol": "Tcp", "destinationPortRange": "443"}
    opening = {"name": "Out", "direction": "Outbound", "access": "Allow", "priority": 200, **prefix, **more}

    def edit(listed: Listed) -> None:
        rules(listed, "jump-box").append(opening)

    return edit


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


def test_without_a_way_out_a_rule_is_not_enough(topology: Make) -> None:
    def edit(listed: Listed) -> None:
        out(destinationAddressPrefix="AzureMonitor")(listed)
        for subnet in listed["vnet"]["inputs"]["subnets"]:
            subnet.pop("natGateway")

    judgement = reach(topology(edit), flow(Tagged(tags=("AzureMonitor",))))

    assert judgement.reason == "subnet jump_box has neither a NAT gateway nor a route to a firewall"


def firewall(*collections: dict[str, Any]) -> Callable[[Listed], None]:
    """Leads the jump box's traffic through a firewall with these rules."""

    def edit(listed: Listed) -> None:
        out(destinationAddressPrefix="Internet")(listed)
        for subnet in listed["vnet"]["inputs"]["subnets"]:
            subnet["routeTable"] = {"id": "/x/routeTables/rt"}
        route = {
            "addressPrefix": "0.0.0.0/0",
            "nextHopType": "VirtualAppliance",
            "nextHopIpAddress": "10.0.6.4",
        }
        inputs = {"routeTableName": "rt", "routes": [route]}
        listed["rt"] = {
            "type": "azure-native:network:RouteTable",
            "id": "/x/routeTables/rt",
            "inputs": inputs,
        }
        listed["afw"] = {"type": "azure-native:network:AzureFirewall", "id": "/x/afw", "inputs": {}}
        listed["rules"] = {
            "type": "azure-native:network:FirewallPolicyRuleCollectionGroup",
            "id": "/x/rules",
            "inputs": {"ruleCollections": list(collections)},
        }

    return edit


def collection(**rule: Any) -> dict[str, Any]:
    rule = {"name": "r", "ruleType": "ApplicationRule", "sourceAddresses": ["10.0.5.64/28"], **rule}
    return {"name": "c", "action": {"type": "Allow"}, "rules": [rule]}


HTTPS = [{"protocolType": "Https", "port": 443}]


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({"targetFqdns": ["dev.azure.com"], "protocols": HTTPS}, FlowVerdict.OK),
        ({"targetFqdns": ["*.azure.com"], "protocols": HTTPS}, FlowVerdict.OK),
        ({"targetFqdns": ["azure.com"], "protocols": HTTPS}, FlowVerdict.BLOCKED),
        ({"targetFqdns": ["dev.azure.com"], "protocols": [{"port": 80}]}, FlowVerdict.BLOCKED),
        (
            {"targetFqdns": ["dev.azure.com"], "protocols": HTTPS, "sourceAddresses": ["10.0.0.0/22"]},
            FlowVerdict.BLOCKED,
        ),
        (
            {
                "ruleType": "NetworkRule",
                "ipProtocols": ["TCP"],
                "destinationPorts": ["443"],
                "destinationAddresses": ["13.107.6.0/24"],
            },
            FlowVerdict.OK,
        ),
    ],
)
def test_a_firewall_knows_hosts_by_name_or_by_prefix(
    topology: Make, rule: dict[str, Any], verdict: FlowVerdict
) -> None:
    host = Hosts(names=("dev.azure.com",), prefixes=("13.107.6.0/24",))
    judgement = reach(topology(firewall(collection(**rule))), flow(host))

    assert judgement.verdict is verdict
    if verdict is FlowVerdict.OK:
        assert {use.rpartition("::")[2] for use in judgement.uses} == {"nsg-jump-box#Out", "rt", "rules#c/r"}
    else:
        assert judgement.reason == "the firewall has no rule that allows dev.azure.com from subnet jump_box"


def test_every_host_of_a_flow_has_to_pass_the_firewall(topology: Make) -> None:
    rule = {"targetFqdns": ["a.example", "c.example"], "protocols": HTTPS}
    judgement = reach(
        topology(firewall(collection(**rule))), flow(Hosts(names=("a.example", "b.example", "c.example")))
    )

    assert judgement.reason == "the firewall has no rule that allows b.example from subnet jump_box"


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
