"""Private DNS: every zone once, linked to the VNet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.network.dns import ZONES, PrivateDns, PrivateDnsArgs, cluster_zone
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup) -> Any:
    """Zones of two services that share one of them."""
    args = PrivateDnsArgs(resource_group=group, vnet_id="vnet-id", groups=("blob", "azuremonitor"))
    return declare(lambda: PrivateDns("dns", args))


def test_a_zone_that_two_services_need_is_declared_once(declared: Any) -> None:
    zones = [zone.inputs["privateZoneName"] for zone in declared.of_type("PrivateZone")]

    assert sorted(zones) == sorted({*ZONES["blob"], *ZONES["azuremonitor"], cluster_zone("eastus2")})


def test_every_zone_is_linked_to_the_network_and_registers_no_machines(declared: Any) -> None:
    links = declared.of_type("VirtualNetworkLink")

    assert len(links) == len(declared.of_type("PrivateZone"))
    assert {link.inputs["virtualNetwork"]["id"] for link in links} == {"vnet-id"}
    assert {link.inputs["registrationEnabled"] for link in links} == {False}


def test_the_zone_of_the_api_server_is_that_of_the_region() -> None:
    assert cluster_zone("westeurope") == "privatelink.westeurope.azmk8s.io"
