"""The entries of a template: names, scopes and dependencies."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm import ids
from azsandbox.errors import ExportError
from azsandbox.export.arm.resources import TemplateEntry, entries
from azsandbox.export.contents import ExportedResource
from azsandbox.schema import catalogue
from azsandbox.services import all_types

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"


GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"


STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"


ROLES = "providers/Microsoft.Authorization/roleAssignments"


def entry_of(token: str, identifier: str, *others: ExportedResource, **inputs: Any) -> TemplateEntry:
    resource = ExportedResource(urn=identifier, token=f"azure-native:{token}", id=identifier, inputs=inputs)
    result = entries([resource, *others], all_types(), catalogue.shared())
    return next(entry for entry in result if entry.id == identifier)


@pytest.mark.parametrize(
    ("token", "identifier", "kind", "name", "scope"),
    [
        (
            "storage:BlobContainer",
            f"{STORAGE}/blobServices/default/containers/c",
            "Microsoft.Storage/storageAccounts/blobServices/containers",
            "st/default/c",
            None,
        ),
        (
            "authorization:RoleAssignment",
            f"{STORAGE}/blobServices/default/{ROLES}/r",
            "Microsoft.Authorization/roleAssignments",
            "r",
            "Microsoft.Storage/storageAccounts/st/blobServices/default",
        ),
        (
            "authorization:RoleAssignment",
            f"{GROUP}/{ROLES}/r",
            "Microsoft.Authorization/roleAssignments",
            "r",
            None,
        ),
        (
            "authorization:RoleAssignment",
            f"{SUBSCRIPTION}/{ROLES}/r",
            "Microsoft.Authorization/roleAssignments",
            "r",
            None,
        ),
    ],
)
def test_names_and_scopes_come_from_the_id(
    token: str, identifier: str, kind: str, name: str, scope: str | None
) -> None:
    result = entry_of(token, identifier)
    assert result.content["type"] == kind
    assert result.content["name"] == name
    assert result.content.get("scope") == scope
    assert result.content["apiVersion"] == catalogue.shared().shape(f"azure-native:{token}").api_version
    assert result.group == (None if "/resourceGroups/" not in identifier else GROUP)


def test_a_resource_depends_on_its_parent_its_scope_and_what_it_references() -> None:
    account = ExportedResource(urn="a", token="azure-native:storage:StorageAccount", id=STORAGE, inputs={})
    vnet_id = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
    vnet = ExportedResource(urn="v", token="azure-native:network:VirtualNetwork", id=vnet_id, inputs={})
    role = entry_of("authorization:RoleAssignment", f"{STORAGE}/blobServices/default/{ROLES}/r", account)
    assert role.depends_on == {ids.key(STORAGE)}
    endpoint = entry_of(
        "network:PrivateEndpoint",
        f"{GROUP}/providers/Microsoft.Network/privateEndpoints/p",
        account,
        vnet,
        subnet={"id": f"{vnet_id}/subnets/inline"},
        privateLinkServiceConnections=[{"privateLinkServiceId": STORAGE.upper().replace("/SUBS", "/subs")}],
    )
    assert endpoint.depends_on == {ids.key(STORAGE), ids.key(vnet_id)}


def test_an_id_in_the_inputs_must_be_the_resources_own() -> None:
    identifier = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
    assert "id" not in entry_of("network:VirtualNetwork", identifier, id=identifier).content
    with pytest.raises(ExportError, match="id is '/other', but the resource's id is"):
        entry_of("network:VirtualNetwork", identifier, id="/other")


def test_a_resource_above_the_subscription_is_refused() -> None:
    with pytest.raises(ExportError, match="is above the subscription"):
        entry_of("authorization:RoleAssignment", f"/{ROLES}/r")
