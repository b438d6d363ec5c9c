"""What Azure refuses about private endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.network.private_link import connections_of, groups_of, target_and_group


def exactly_one_connection(inputs: Values) -> Iterator[Problem]:
    connections = connections_of(inputs)
    if len(connections) != 1:
        yield Problem(
            "privateLinkServiceConnections",
            f"names {len(connections)} connections, but an endpoint has exactly one",
        )
    for connection in connections:
        groups = connection.get("groupIds")
        if isinstance(groups, list) and len(groups) != 1:
            yield Problem(
                "privateLinkServiceConnections[0].groupIds",
                f"names {len(groups)} groups, but an endpoint serves exactly one",
            )


def target_offers_group_id(request: Request) -> None:
    target, group = target_and_group(request.inputs)
    offered = groups_of(target)
    listed = offered or request.subscription.get(target)  # nothing is known of a type that is neither
    slot_of = group.lower().partition("-")[0]  # a slot of a web app has the group `sites-<slot>`
    if listed and group.lower() not in offered and slot_of not in offered:
        raise ArmError(
            400,
            "PrivateEndpointGroupIdNotValid",
            f"groupId '{group}' of private endpoint {request.name} is not offered by '{target}'; it offers "
            f"{', '.join(sorted(offered)) or 'no private link'}.",
        )


def target_supports_private_endpoints(request: Request) -> None:
    """A registry needs SKU Premium, a `dfs` endpoint a hierarchical namespace."""
    target, group = target_and_group(request.inputs)
    resource = request.subscription.get(target)
    if resource is None:
        return
    sku = (resource.inputs.get("sku") or {}).get("name")
    if resource.kind.lower() == kinds.CONTAINER_REGISTRY.lower() and sku != "Premium":
        raise ArmError(
            400,
            "PrivateEndpointFeatureNotSupportedOnSku",
            f"Private endpoints need a registry of SKU Premium; '{target}' has {sku}.",
        )
    if group.lower() == "dfs" and not resource.inputs.get("isHnsEnabled"):
        raise ArmError(
            400,
            "PrivateEndpointGroupIdNotValid",
            f"'{target}' has no hierarchical namespace, so it offers no dfs endpoint.",
        )


def subnet_is_not_delegated(request: Request) -> None:
    subnet = request.subscription.get(str(request.at("subnet.id")))
    if subnet and subnet.inputs.get("delegations"):
        raise ArmError(
            400,
            "PrivateEndpointCannotBeCreatedInSubnetWithDelegation",
            f"Private endpoint {request.name} cannot be created in subnet '{subnet.id}', which is delegated.",
        )
