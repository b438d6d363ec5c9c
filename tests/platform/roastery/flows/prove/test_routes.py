"""How machines leave the VNet: a NAT gateway, or a firewall that knows hosts by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.model import (
    FlowVerdict,
    Hosts,
    Tagged,
)
from roastery.flows.prove.network import reach
from tests.platform.roastery.flows.prove.connections import (
    Listed,
    Make,
    flow,
    out,
)


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
