"""Private DNS zones, their links and their records."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

ZONE = {"resourceGroupName": "rg", "privateZoneName": "privatelink.vaultcore.azure.net", "location": "global"}


def link(name: str, network: str) -> dict[str, Any]:
    return {
        **ZONE,
        "virtualNetworkLinkName": name,
        "registrationEnabled": False,
        "virtualNetwork": {"id": network},
    }


def test_a_linked_zone_can_not_be_deleted_and_is_linked_once(azure: Any) -> None:
    network = azure.network()
    zone = azure.make("privatedns:PrivateZone", **ZONE)
    azure.make("privatedns:VirtualNetworkLink", **link("link", network.id))
    with pytest.raises(ArmError, match="while nested resources exist"):
        azure.delete("privatedns:PrivateZone", zone)
    assert azure.refusal("privatedns:VirtualNetworkLink", **link("second", network.id)) == "Conflict"


def test_a_network_is_linked_to_one_zone_of_a_name(azure: Any) -> None:
    network = azure.network()
    azure.group("elsewhere")
    for group in ("rg", "elsewhere"):
        azure.make("privatedns:PrivateZone", **{**ZONE, "resourceGroupName": group})
    azure.make("privatedns:VirtualNetworkLink", **link("link", network.id))
    twin = {**link("link", network.id), "resourceGroupName": "elsewhere"}
    with pytest.raises(ArmError, match="is already linked to a zone named"):
        azure.make("privatedns:VirtualNetworkLink", **twin)


def test_zones_and_links_are_global(azure: Any) -> None:
    (problem,) = azure.errors("privatedns:PrivateZone", **{**ZONE, "location": "westeurope"})
    assert problem == "location is 'westeurope', but must be 'global' for private DNS"


def test_a_record_needs_its_zone_and_has_its_full_name(azure: Any) -> None:
    record = {
        "resourceGroupName": "rg",
        "privateZoneName": ZONE["privateZoneName"],
        "recordType": "A",
        "relativeRecordSetName": "kv-one",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
    }
    assert azure.refusal("privatedns:PrivateRecordSet", **record) == "ParentResourceNotFound"
    azure.make("privatedns:PrivateZone", **ZONE)
    state = azure.make("privatedns:PrivateRecordSet", **record)
    assert state.outputs["fqdn"] == "kv-one.privatelink.vaultcore.azure.net."
