"""What Azure refuses about private endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import Law, walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.network.private_link import (
    ALIAS,
    MANUAL,
    connections_of,
    groups_of,
    has_groups,
    target_and_group,
)
from azsandbox.services.network.published import BASTION_SUBNET

_LISTS = ("privateLinkServiceConnections", MANUAL)
_MESSAGE = 140


def exactly_one_connection(inputs: Values) -> Iterator[Problem]:
    if not all(isinstance(inputs.get(name, []), list) for name in _LISTS):
        return
    connections = connections_of(inputs)
    if len(connections) != 1:
        yield Problem(
            "privateLinkServiceConnections",
            f"names {len(connections)} connections, but an endpoint has exactly one",
        )
    for name in _LISTS:
        for path, connection in walk.objects(inputs, f"{name}[]"):
            yield from _connection(path, connection, manual=name == MANUAL)


def _connection(path: str, connection: Values, *, manual: bool) -> Iterator[Problem]:
    for key in ("name", "privateLinkServiceId"):
        if connection.get(key) in (None, ""):
            yield Problem(f"{path}.{key}", "is required", code="required")
    target, groups = connection.get("privateLinkServiceId"), connection.get("groupIds")
    if isinstance(target, str) and target.lower().endswith(ALIAS) and not manual:
        yield Problem(
            f"{path}.privateLinkServiceId",
            f"{target!r} is an alias, which needs a manual connection: declare it in {MANUAL} (private "
            "endpoint "
            "overview)",
        )
    elif (
        isinstance(target, str)
        and target
        and not target.lower().endswith(ALIAS)
        and not ids.looks_like_id(target)
    ):
        yield Problem(
            f"{path}.privateLinkServiceId",
            f"{target!r} is not the id of a resource, and not an alias that ends in {ALIAS}",
        )
    if isinstance(groups, list) and len(groups) > 1:
        yield Problem(
            f"{path}.groupIds",
            f"names {len(groups)} groups, but an endpoint serves exactly one (OnlyOneGroupIdPermitted)",
        )
    if isinstance(target, str) and target:
        if has_groups(target) and groups in (None, []):
            yield Problem(f"{path}.groupIds", "is required: the one group of the target", code="required")
        elif not has_groups(target) and isinstance(groups, list) and groups:
            yield Problem(
                f"{path}.groupIds", "is for Azure services: your own private link service has no groups"
            )
    message = connection.get("requestMessage")
    if isinstance(message, str) and len(message) > _MESSAGE:
        yield Problem(
            f"{path}.requestMessage", f"has {len(message)} characters, but at most {_MESSAGE} are allowed"
        )


def static_addresses_are_complete(inputs: Values) -> Iterator[Problem]:
    """Each static address names its group and member, and the group is that of the connection."""
    _, group = target_and_group(inputs)
    for path, item in walk.objects(inputs, "ipConfigurations[]"):
        for key in ("name", "privateIPAddress", "memberName"):
            if item.get(key) in (None, ""):
                yield Problem(f"{path}.{key}", "is required", code="required")
        own = item.get("groupId")
        if isinstance(own, str) and group and own.lower() != group.lower():
            yield Problem(f"{path}.groupId", f"{own!r} is not the group of the connection, {group!r}")


@dataclass(frozen=True, kw_only=True)
class ConnectionStays(Law):
    """Another target or group is another endpoint, which azure-native does not make by itself."""

    @property
    def text(self) -> str:
        return "the target and the group of its connection can't be changed in place"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        before, after = target_and_group(old), target_and_group(new)
        same = [item.lower() for item in before] == [item.lower() for item in after]
        if before[0] and after[0] and not same:
            yield self.problem(
                "privateLinkServiceConnections",
                f"can't be changed from {before[1]!r} of {before[0]!r} to {after[1]!r} of {after[0]!r}: "
                "declare a new "
                "endpoint",
            )


def target_offers_group_id(request: Request) -> None:
    target, group = target_and_group(request.inputs)
    if not has_groups(target):
        return
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
    sku = walk.value(resource.inputs, "sku.name")
    outside = request.subscription.external.find(target) is not None
    if (
        resource.kind.lower() == kinds.CONTAINER_REGISTRY.lower()
        and sku != "Premium"
        and not (outside and sku is None)
    ):
        raise ArmError(
            400,
            "PrivateEndpointFeatureNotSupportedOnSku",
            f"Private endpoints need a registry of SKU Premium; '{target}' has {sku}.",
        )
    if group.lower() == "dfs" and not resource.inputs.get("isHnsEnabled") and not outside:
        raise ArmError(
            400,
            "PrivateEndpointGroupIdNotValid",
            f"'{target}' has no hierarchical namespace, so it offers no dfs endpoint.",
        )


def subnet_takes_endpoints(request: Request) -> None:
    """Its subnet is neither delegated nor that of Bastion."""
    identifier = str(request.at("subnet.id") or "")
    subnet = request.subscription.get(identifier)
    if subnet and subnet.inputs.get("delegations"):
        raise ArmError(
            400,
            "PrivateEndpointCannotBeCreatedInSubnetWithDelegation",
            f"Private endpoint {request.name} cannot be created in subnet '{subnet.id}', which is delegated.",
        )
    if identifier and ids.parse(identifier).name == BASTION_SUBNET:
        raise ArmError(
            400,
            "SubnetReservedForBastion",
            f"Private endpoint {request.name} cannot be created in {BASTION_SUBNET}, which holds Bastion "
            "hosts only.",
        )


def subnet_is_named(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "subnet.id") is None:
        yield Problem("subnet.id", "is required: an endpoint has its address from a subnet", code="required")
    subnet: Any = inputs.get("applicationSecurityGroups")
    if isinstance(subnet, list) and len(subnet) > 20:  # noqa: PLR2004 - networking limits
        yield Problem("applicationSecurityGroups", f"has {len(subnet)} members, but at most 20 are allowed")
