"""What Azure refuses about the services of a subnet: delegations, endpoints, what is attached to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import subnets as facts
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services import kinds


def delegations_are_known(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """Each delegation has a name and names a service that takes delegations."""
    delegations: Any = inputs.get("delegations")
    items = delegations if isinstance(delegations, list) else []
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        path = f"{prefix}delegations[{index}]"
        for key in ("name", "serviceName"):
            if item.get(key) in (None, ""):
                yield Problem(f"{path}.{key}", "is required", code="required")
        yield from _listed(
            item.get("serviceName"), f"{path}.serviceName", facts.delegations(), "subnet delegation"
        )
    if len(items) > 1:
        yield Problem(
            f"{prefix}delegations",
            f"has {len(items)} members: a subnet can usually be delegated to one service only",
            warning=True,
        )


def service_endpoints_are_known(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    endpoints: Any = inputs.get("serviceEndpoints")
    services: set[str] = set()
    for index, item in enumerate(endpoints if isinstance(endpoints, list) else []):
        if not isinstance(item, dict):
            continue
        service = item.get("service")
        path = f"{prefix}serviceEndpoints[{index}].service"
        if service in (None, ""):
            yield Problem(path, "is required", code="required")
        yield from _listed(service, path, facts.service_endpoints(), "virtual network service endpoints")
        services.add(str(service).lower())
    if {"microsoft.storage", "microsoft.storage.global"} <= services:
        yield Problem(
            f"{prefix}serviceEndpoints",
            "names Microsoft.Storage and Microsoft.Storage.Global, but a subnet has only one of the two "
            "(storage network security: cross-region service endpoints)",
        )


def _listed(value: Any, path: str, names: Mapping[str, str], page: str) -> Iterator[Problem]:
    """A name that is not listed is wrong if it resembles a listed one, or does not begin with a namespace."""
    if not isinstance(value, str) or value.lower() in names:
        return
    hint = suggestion(value, names.values())
    well_formed = "." in value.partition("/")[0]
    if hint or not well_formed:
        yield Problem(path, f"{value!r} is not a published service{hint} ({page})", code="service")
    else:
        yield Problem(path, f"{value!r} is not listed ({page})", warning=True, code="service")


def attached_resources_are_in_the_subscription(request: Request) -> None:
    """A subnet's group, table and gateway are in the subscription of its network."""
    own = ids.key(ids.subscription_of(request.id))
    for path in ("networkSecurityGroup.id", "routeTable.id", "natGateway.id"):
        target = walk.value(request.inputs, path)
        if isinstance(target, str) and ids.key(ids.subscription_of(target)) != own:
            raise ArmError(
                400,
                "InvalidResourceReference",
                f"{path} of '{request.id}' refers to '{target}' in another subscription: both have to be "
                "in the same "
                "subscription.",
            )


def gateway_serves_a_single_network(request: Request) -> None:
    """A NAT gateway can't be attached to subnets of different networks."""
    gateway, network = request.at("natGateway.id"), ids.parent_of(request.id) or ""
    if not isinstance(gateway, str):
        return
    for source, _ in request.subscription.referring_to(gateway):
        other = ids.parent_of(source) or ""
        is_subnet = ids.parse(source).kind.lower() == kinds.SUBNET.lower()
        if is_subnet and other and ids.key(other) != ids.key(network):
            raise ArmError(
                400,
                "NatGatewayCannotBeAttachedToSubnetsOfDifferentVirtualNetworks",
                f"NAT gateway '{gateway}' is attached to '{source}', so it can't be attached to "
                f"'{request.id}' in "
                "another virtual network.",
            )
