"""What Azure refuses about peerings of virtual networks."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import Range, space_of


def _remote(inputs: Values) -> str:
    target = walk.value(inputs, "remoteVirtualNetwork.id")
    return target if isinstance(target, str) else ""


def _peerings(subscription: Subscription, network: str) -> list[Resource]:
    return [item for item in subscription.below(network) if item.kind.endswith("/virtualnetworkpeerings")]


def peers_of(subscription: Subscription, network: str) -> Iterator[str]:
    """The ids of the networks that a network has peerings to."""
    for peering in _peerings(subscription, network):
        remote = _remote(peering.inputs)
        if remote:
            yield remote


def remote_network_is_named(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "remoteVirtualNetwork.id") is None:
        yield Problem(
            "remoteVirtualNetwork.id", "is required: a peering leads to another network", code="required"
        )


def gateways_are_used_one_way(inputs: Values) -> Iterator[Problem]:
    """A network either lends its gateway or uses that of the other one: manage virtual network peerings."""
    if inputs.get("useRemoteGateways") is True and inputs.get("allowGatewayTransit") is True:
        yield Problem(
            "useRemoteGateways",
            "can't be true together with allowGatewayTransit: a network that uses the remote gateway has "
            "none of its "
            "own to lend (manage virtual network peerings)",
        )


def networks_are_two(request: Request) -> None:
    remote = _remote(request.inputs)
    if remote and ids.key(remote) == ids.key(ids.parent_of(request.id) or ""):
        raise ArmError(
            400,
            "VirtualNetworkCannotBePeeredWithItself",
            f"Peering {request.id} leads to its own virtual network: name another one in "
            "remoteVirtualNetwork.id.",
        )


def pair_is_peered_once(request: Request) -> None:
    network, remote = ids.parent_of(request.id) or "", _remote(request.inputs)
    for other in _peerings(request.subscription, network):
        if (
            ids.key(other.id) != ids.key(request.id)
            and remote
            and ids.key(_remote(other.inputs)) == ids.key(remote)
        ):
            raise ArmError(
                400,
                "AnotherPeeringAlreadyReferencesRemoteVnet",
                f"Peering {request.id} cannot be created: {other.id} already references remote virtual "
                "network "
                f"{remote}.",
            )


def remote_gateway_can_be_used(request: Request) -> None:
    """The other network lends its gateway, and no other peering of the network uses one."""
    if request.inputs.get("useRemoteGateways") is not True:
        return
    network, remote = ids.parent_of(request.id) or "", _remote(request.inputs)
    for other in _peerings(request.subscription, network):
        if ids.key(other.id) != ids.key(request.id) and other.inputs.get("useRemoteGateways") is True:
            raise ArmError(
                400,
                "OnlyOnePeeringCanUseRemoteGateways",
                f"Peering {request.id} cannot have UseRemoteGateways flag set to true: {other.id} already "
                "has, and only "
                "one peering of a virtual network can.",
            )
    if request.subscription.external.covers(remote):
        return
    for back in _peerings(request.subscription, remote):
        if (
            ids.key(_remote(back.inputs)) == ids.key(network)
            and back.inputs.get("allowGatewayTransit") is not True
        ):
            raise ArmError(
                400,
                "RemotePeeringAllowGatewayTransitIsFalse",
                f"Peering {request.id} cannot have UseRemoteGateways flag set to true, because "
                "corresponding remote "
                f"peering {back.id} has AllowGatewayTransit flag set to false.",
            )
    # The model has no gateways, so a network of the program itself has none.
    raise ArmError(
        400,
        "RemoteVnetHasNoGateways",
        f"Peering {request.id} cannot have UseRemoteGateway flag set to true because remote virtual "
        f"network {remote} "
        "referenced by the peering does not have any gateways.",
    )


def address_spaces_do_not_overlap(request: Request) -> None:
    """Neither the two networks overlap, nor a network that one of them is peered with and the other one."""
    if request.inputs.get("peerCompleteVnets") is False:
        return  # only the named subnets are peered
    subscription, network, remote = (
        request.subscription,
        ids.parent_of(request.id) or "",
        _remote(request.inputs),
    )
    local_space, remote_space = space_of(request.parent), space_of(subscription.get(remote))
    overlap = _overlap(local_space, remote_space)
    if overlap:
        raise ArmError(
            400,
            "VnetAddressSpacesOverlap",
            f"Cannot create or update peering {request.id}: address spaces {overlap[0]} and {overlap[1]} "
            "overlap.",
        )
    for near, far, space in ((remote, network, local_space), (network, remote, remote_space)):
        for third in peers_of(subscription, near):
            overlap = _overlap(space, space_of(subscription.get(third)))
            if ids.key(third) != ids.key(far) and overlap:
                raise ArmError(
                    400,
                    "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
                    f"Cannot create or update peering {request.id}. Virtual networks {far} and {near} cannot "
                    "be peered because address space of the first virtual network overlaps with address "
                    f"space of virtual network {third} already peered with the second virtual network. "
                    f"Overlapping address prefixes: {overlap[0]}"
                    + (f", {overlap[1]}." if overlap[0] != overlap[1] else "."),
                )


def _overlap(left: list[Range], right: list[Range]) -> tuple[Range, Range] | None:
    """The first range of each that have addresses in common."""
    return next(((near, far) for near in left for far in right if near.overlaps(far)), None)
