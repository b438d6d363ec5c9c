"""Resources outside of the program: the stack file declares them, and references to them are taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import external
from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError, ProjectError
from azsandbox.pulumi import stackfile
from azsandbox.services import all_types

HUB = "/subscriptions/99999999-1111-4111-8111-999999999999/resourceGroups/rg-hub"
NETWORK = f"{HUB}/providers/Microsoft.Network/virtualNetworks/vnet-hub"
ZONE = f"{HUB}/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
PEERING = {"resourceGroupName": "rg", "virtualNetworkName": "vnet", "virtualNetworkPeeringName": "hub"}


@pytest.fixture
def declared(azure: Any, scope: str) -> Callable[..., Any]:
    """The subscription as a stack sees it that declares these external resources."""
    azure_subscription = scope.rpartition("/")[2]

    def see(*entries: Any) -> Any:
        externals = external.parse(list(entries), "Pulumi.test.yaml")
        azure.provider = AzureNative(azure.subscription, azure.provider.types, lambda _: externals)
        azure.provider.configure({"subscriptionId": azure_subscription, "location": "westeurope"}, "test")
        return azure

    return see


def test_a_reference_into_another_subscription_says_how_to_declare_it(azure: Any) -> None:
    azure.network()
    with pytest.raises(ArmError, match="declare its id in the stack file under azsandbox:external"):
        azure.make("network:VirtualNetworkPeering", **PEERING, remoteVirtualNetwork={"id": NETWORK})


def test_a_declared_resource_and_what_is_below_it_can_be_referred_to(declared: Any) -> None:
    azure = declared(NETWORK)
    azure.network()
    azure.make("network:VirtualNetworkPeering", **PEERING, remoteVirtualNetwork={"id": NETWORK})
    azure.make(
        "network:NetworkInterface",
        resourceGroupName="rg",
        networkInterfaceName="nic",
        ipConfigurations=[{"name": "a", "subnet": {"id": f"{NETWORK}/subnets/shared"}}],
    )


def test_the_inputs_of_an_external_network_are_compared(declared: Any) -> None:
    azure = declared({"id": NETWORK, "inputs": {"addressSpace": {"addressPrefixes": ["10.0.8.0/24"]}}})
    azure.network()
    code = azure.refusal("network:VirtualNetworkPeering", **PEERING, remoteVirtualNetwork={"id": NETWORK})
    assert code == "VnetAddressSpacesOverlap"


def test_a_group_that_is_declared_covers_what_is_in_it(declared: Any) -> None:
    azure = declared(HUB)
    azure.network()
    azure.make("network:VirtualNetworkPeering", **PEERING, remoteVirtualNetwork={"id": NETWORK})


def test_a_link_can_be_made_in_a_zone_of_the_hub(declared: Any) -> None:
    azure = declared(ZONE)
    azure.provider.subscription_id = ZONE.split("/")[2]
    azure.group()
    assert azure.subscription.external.implies(HUB)
    azure.make(
        "privatedns:VirtualNetworkLink",
        resourceGroupName="rg-hub",
        privateZoneName="privatelink.blob.core.windows.net",
        virtualNetworkLinkName="spoke",
        location="global",
        registrationEnabled=False,
        virtualNetwork={"id": azure.network().id},
    )


def test_a_resource_that_is_declared_twice_is_an_error(declared: Any, group: str) -> None:
    azure = declared(f"{group}/providers/Microsoft.Network/virtualNetworks/vnet")
    (problem,) = azure.errors(
        "network:VirtualNetwork",
        resourceGroupName="rg",
        virtualNetworkName="vnet",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
    )
    assert "is declared as a resource, and under azsandbox:external" in problem


def test_an_external_resource_can_be_read(declared: Any) -> None:
    azure = declared({"id": NETWORK, "inputs": {"location": "westeurope"}})
    state = azure.provider.read(azure.subject("network:VirtualNetwork", NETWORK), {}, {})
    assert (state.id, state.outputs["location"], state.outputs["name"]) == (NETWORK, "westeurope", "vnet-hub")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("no list", "is not a list of ids"),
        (["vnet-hub"], "azsandbox:external[0] in Pulumi.dev.yaml: 'vnet-hub' is not the id of a resource"),
        ([f"{HUB}/providers/Microsoft.Network/virtualNetworks"], "is not the id of a resource"),
        ([{"id": NETWORK, "input": {}}], "has no key 'input'"),
        ([{"id": NETWORK, "inputs": []}], "inputs is not an object"),
    ],
)
def test_a_wrong_entry_is_named(setting: Any, words: str) -> None:
    with pytest.raises(ProjectError) as error:
        external.parse(setting, "Pulumi.dev.yaml")
    assert words in str(error.value)


def test_the_stack_file_of_a_resource_is_the_one_of_its_stack(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  azsandbox:external:\n    - {NETWORK}\n")
    assert stackfile.externals(tmp_path, "dev").covers(f"{NETWORK}/subnets/a")
    assert not stackfile.externals(tmp_path, "prod").covers(NETWORK)
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {}\n")
    assert not stackfile.externals(tmp_path, "prod").covers(NETWORK)
    seen: list[str] = []

    def externals(stack: str) -> external.Externals:
        seen.append(stack)
        return stackfile.externals(tmp_path, stack)

    provider = AzureNative(Subscription.open(":memory:"), all_types(), externals)
    provider.configure({}, "dev")
    assert provider.subscription.external.covers(NETWORK)
    assert seen == ["dev"]


def test_a_subnet_takes_no_security_group_of_another_subscription(declared: Any) -> None:
    group = f"{HUB}/providers/Microsoft.Network/networkSecurityGroups/nsg-hub"
    azure = declared(HUB)
    azure.network()
    subnet = {"resourceGroupName": "rg", "virtualNetworkName": "vnet", "subnetName": "s"}
    code = azure.refusal(
        "network:Subnet", **subnet, addressPrefix="10.0.9.0/24", networkSecurityGroup={"id": group}
    )
    assert code == "InvalidResourceReference"


def test_the_gateway_of_an_external_hub_can_be_used_once(declared: Any) -> None:
    azure = declared(HUB)
    azure.network()
    remote = {"remoteVirtualNetwork": {"id": NETWORK}, "useRemoteGateways": True}
    azure.make("network:VirtualNetworkPeering", **PEERING, **remote)
    second = {**PEERING, "virtualNetworkPeeringName": "second", "useRemoteGateways": True}
    other = f"{HUB}/providers/Microsoft.Network/virtualNetworks/vnet-other"
    code = azure.refusal("network:VirtualNetworkPeering", **second, remoteVirtualNetwork={"id": other})
    assert code == "OnlyOnePeeringCanUseRemoteGateways"
