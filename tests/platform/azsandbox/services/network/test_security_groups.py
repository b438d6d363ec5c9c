"""Network security groups: valid rules, free priorities, and the rules that Bastion requires."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.services.network.rules.security_groups import missing_rules
from azsandbox.services.network.rules.special_subnets import BASTION_RULES

GROUP = {"resourceGroupName": "rg", "networkSecurityGroupName": "nsg"}


def rule(name: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "name": name,
        "priority": 100,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "Internet",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
    }
    return {**usual, **changes}


def bastion_rules() -> list[dict[str, Any]]:
    return [
        rule(
            str(index),
            priority=100 + index,
            direction=direction,
            sourceAddressPrefix=source,
            destinationAddressPrefix=target,
            destinationPortRange=port,
        )
        for index, (direction, source, target, port) in enumerate(BASTION_RULES)
    ]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([rule("a"), rule("b")], "is taken by 'a'"),
        ([rule("a", priority=99)], "must be 100 to 4096"),
        ([rule("a", destinationPortRange="80-70")], "is not a port"),
        ([rule("a", sourceAddressPrefix="Internett")], "did you mean 'Internet'?"),
        ([rule("a", sourceAddressPrefix=None)], "is required: use * for any"),
    ],
)
def test_security_rules_that_azure_refuses(azure: Any, rules: list[dict[str, Any]], words: str) -> None:
    problems = azure.errors("network:NetworkSecurityGroup", **GROUP, securityRules=rules)
    assert any(words in problem for problem in problems), problems


def test_a_rule_of_its_own_has_a_priority_of_its_own(azure: Any) -> None:
    azure.make("network:NetworkSecurityGroup", **GROUP, securityRules=[rule("a")])
    twin = {**GROUP, **rule("b"), "securityRuleName": "b"}
    del twin["name"]
    with pytest.raises(ArmError, match="b conflicts with rule a") as refusal:
        azure.make("network:SecurityRule", **twin)
    assert refusal.value.code == "SecurityRuleConflict"
    azure.make("network:SecurityRule", **{**twin, "priority": 101})


def test_bastions_rules_are_counted_one_by_one() -> None:
    complete = bastion_rules()
    assert missing_rules(complete, BASTION_RULES) == []
    for index, required in enumerate(BASTION_RULES):
        direction, source, target, port = required
        assert f"{direction} {source}→{target}:{port}" in missing_rules(
            complete[:index] + complete[index + 1 :], (required,)
        )


@pytest.mark.parametrize(
    ("missing", "code"),
    [(0, None), (1, "NetworkSecurityGroupNotCompliantForAzureBastionSubnet")],
)
def test_the_group_of_bastions_subnet_has_all_rules(azure: Any, missing: int, code: str | None) -> None:
    azure.network(space="10.0.0.0/16")
    group = azure.make("network:NetworkSecurityGroup", **GROUP, securityRules=bastion_rules()[missing:])
    subnet = {
        "resourceGroupName": "rg",
        "virtualNetworkName": "vnet",
        "subnetName": "AzureBastionSubnet",
        "addressPrefix": "10.0.1.0/26",
        "networkSecurityGroup": {"id": group.id},
    }
    if code:
        assert azure.refusal("network:Subnet", **subnet) == code
    else:
        azure.make("network:Subnet", **subnet)


def test_a_group_that_a_subnet_uses_can_not_be_deleted(azure: Any) -> None:
    group = azure.make("network:NetworkSecurityGroup", **GROUP)
    azure.network({"name": "a", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": group.id}})
    code = azure.delete_refusal("network:NetworkSecurityGroup", group)
    assert code == "InUseNetworkSecurityGroupCannotBeDeleted"
