"""The private way to Azure Monitor: a private link scope with its members and its endpoint."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import monitor

from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.resource_group import ResourceGroup


def private_link_scope(
    resource_group: ResourceGroup,
    access: PrivateAccess,
    members: Mapping[str, pulumi.Input[str]],
    parent: pulumi.Resource,
) -> monitor.PrivateLinkScope:
    """Declares an Azure Monitor private link scope and the private endpoint of it.

    Args:
        resource_group: group, names, tags.
        access: subnet and DNS zones of the endpoint.
        members: ARM ids of what is reached through it, by name in the scope.
        parent: the component that the members belong to.
    """
    child = pulumi.ResourceOptions(parent=parent)
    scope = monitor.PrivateLinkScope(
        "ampls",
        scope_name=resource_group.names.of("private link scope"),
        resource_group_name=resource_group.name,
        location="global",
        # Azure ML writes to services outside this scope, so private-only would cut it off.
        access_mode_settings=monitor.AccessModeSettingsArgs(
            ingestion_access_mode="Open", query_access_mode="Open"
        ),
        tags=resource_group.tags,
        opts=child,
    )
    scoped = [
        monitor.PrivateLinkScopedResource(
            f"ampls-{part}",
            name=part,
            scope_name=scope.name,
            resource_group_name=resource_group.name,
            kind="Resource",
            linked_resource_id=id_,
            opts=child,
        )
        for part, id_ in members.items()
    ]
    with_members = pulumi.Output.all(scope.id, *(resource.id for resource in scoped)).apply(
        lambda ids: str(ids[0])
    )
    private_endpoint(access, "ampls", "azuremonitor", with_members, parent)
    return scope
