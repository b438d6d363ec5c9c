"""Names, scopes and order of a template's resources."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm import ids
from azsandbox.arm.catalogue import Types
from azsandbox.errors import ExportError
from azsandbox.export.arm.resources import Entry, entries
from azsandbox.export.arm.template import template
from azsandbox.export.contents import Held
from azsandbox.schema import catalogue

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"
ROLES = "providers/Microsoft.Authorization/roleAssignments"


def entry_of(token: str, identifier: str, *others: Held, **inputs: Any) -> Entry:
    one = Held(urn=identifier, token=f"azure-native:{token}", id=identifier, inputs=inputs)
    found = entries([one, *others], Types.load(), catalogue.shared())
    return next(entry for entry in found if entry.id == identifier)


def entry(name: str, group: str | None, *before: str) -> Entry:
    """An entry of group `/g/<group>`; the group's name stands before the resource's in the id."""
    return Entry(
        id=f"{group}/{name}" if group else name,
        group=group,
        content={"name": name},
        depends_on=frozenset(ids.key(one) for one in before),
    )


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
    found = entry_of(token, identifier)
    assert found.content["type"] == kind
    assert found.content["name"] == name
    assert found.content.get("scope") == scope
    assert found.content["apiVersion"] == catalogue.shared().shape(f"azure-native:{token}").api_version
    assert found.group == (None if "/resourceGroups/" not in identifier else GROUP)


def test_a_resource_waits_for_its_parent_its_scope_and_what_it_names() -> None:
    account = Held(urn="a", token="azure-native:storage:StorageAccount", id=STORAGE, inputs={})
    vnet_id = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
    vnet = Held(urn="v", token="azure-native:network:VirtualNetwork", id=vnet_id, inputs={})
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


def test_an_own_id_in_the_inputs_has_to_be_the_resources() -> None:
    identifier = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
    assert "id" not in entry_of("network:VirtualNetwork", identifier, id=identifier).content
    with pytest.raises(ExportError, match="id is '/other', but the resource's own is"):
        entry_of("network:VirtualNetwork", identifier, id="/other")


def test_what_stands_above_subscriptions_is_refused() -> None:
    with pytest.raises(ExportError, match="stands above subscriptions"):
        entry_of("authorization:RoleAssignment", f"/{ROLES}/r")


def test_groups_that_need_each_other_are_deployed_in_waves() -> None:
    one, two = f"{SUBSCRIPTION}/resourceGroups/one", f"{SUBSCRIPTION}/resourceGroups/two"
    made = template(
        [
            entry("a", one),
            entry("b", two, f"{one}/a"),
            entry("c", one, f"{two}/b", f"{one}/a"),
            entry("d", one, f"{one}/c"),
            entry("/above", None, f"{one}/c"),
        ],
        "2024-03-01",
    )
    found = {one["name"]: one for one in made["resources"]}
    assert list(found) == ["one-0", "two-1", "one-2", "/above"]
    last = found["one-2"]
    assert last["dependsOn"] == [
        f"{one}/providers/Microsoft.Resources/deployments/one-0",
        f"{two}/providers/Microsoft.Resources/deployments/two-1",
    ]
    inside = last["properties"]["template"]["resources"]
    assert [(each["name"], each.get("dependsOn")) for each in inside] == [("c", None), ("d", [f"{one}/c"])]
    assert found["/above"]["dependsOn"] == [f"{one}/providers/Microsoft.Resources/deployments/one-2"]


def test_text_in_brackets_is_no_expression() -> None:
    one = Entry(id="/a", group=None, content={"tags": {"a": "[x]", "b": "[x] y"}}, depends_on=frozenset())
    (made,) = template([one], "2024-03-01")["resources"]
    assert made["tags"] == {"a": "[[x]", "b": "[x] y"}


def test_a_circle_is_an_error_that_shows_it() -> None:
    with pytest.raises(ExportError, match="waits for itself"):
        template([entry("a", "/g", "/g/b"), entry("b", "/g", "/g/a")], "2024-03-01")


def test_the_name_of_a_deployment_fits() -> None:
    group = f"{SUBSCRIPTION}/resourceGroups/{'g' * 90}"
    (one,) = template([entry("a", group)], "2024-03-01")["resources"]
    assert len(one["name"]) == 64
    assert one["resourceGroup"] == "g" * 90
