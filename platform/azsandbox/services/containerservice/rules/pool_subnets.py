"""What AKS refuses about the subnets of node pools: their network, and their room for nodes and pods."""

from __future__ import annotations

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.services.containerservice.rules.agent_pools import inline_pools
from azsandbox.services.containerservice.rules.pool_fields import number
from azsandbox.services.network.addresses import RESERVED_ADDRESSES, subnet_ranges

_DEFAULT_PODS = 30  # per node, of Azure CNI without overlay (concepts-network-ip-address-planning)


def pools_share_a_network(request: Request) -> None:
    cluster, subnet = request.parent, request.inputs.get("vnetSubnetID")
    network = ids.parent_of(str(subnet)) if subnet else None
    for pool in inline_pools(cluster.inputs) if cluster else []:
        other_subnet = pool.get("vnetSubnetID")
        other_network = ids.parent_of(str(other_subnet)) if other_subnet else None
        if _key(network) != _key(other_network):
            raise ArmError(
                400,
                "InvalidParameter",
                f"All node pools must be in one virtual network: the subnet of this pool is "
                f"{_named(subnet)}, that of pool {pool.get('name')!r} is {_named(other_subnet)}.",
            )


def _named(subnet: object) -> str:
    return f"'{subnet}'" if subnet else "in the network that AKS manages"


def _key(network: str | None) -> str | None:
    return None if network is None else ids.key(network)


def subnet_has_room_for_nodes(request: Request) -> None:
    """Nodes, and with Azure CNI their pods, of all pools in the subnet; autoscaled pools count in full."""
    subnet_id = str(request.inputs.get("vnetSubnetID") or "")
    subnet = request.subscription.get(subnet_id) if subnet_id else None
    ranges = subnet_ranges(subnet.inputs) if subnet else []
    if not ranges:
        return
    wanted = sum(
        _addresses(pool, request.parent.inputs if request.parent else {})
        for pool in _pools_in(request, subnet_id)
    )
    free = sum(subnet_range.num_addresses - RESERVED_ADDRESSES for subnet_range in ranges)
    if wanted > free:
        nodes = number(request.inputs.get("maxCount")) or number(request.inputs.get("count")) or 1
        raise ArmError(
            400,
            "InsufficientSubnetSize",
            f"Subnet '{subnet_id}' ({ranges[0]}) is too small for {nodes:g} nodes: pre-allocated IPs "
            f"{wanted} "
            f"exceed the {free} IPs available; the maxCount of autoscaled pools counts in full.",
        )


def _pools_in(request: Request, subnet_id: str) -> list[Values]:
    """The pools in the subnet, with the requested one as it will be."""
    above = ids.parent_of(request.id) or ""
    others = [
        resource.inputs
        for resource in request.subscription.below(above)
        if resource.kind.endswith("/agentpools") and ids.key(resource.id) != ids.key(request.id)
    ]
    return [
        pool
        for pool in [request.inputs, *others]
        if isinstance(pool.get("vnetSubnetID"), str) and ids.key(pool["vnetSubnetID"]) == ids.key(subnet_id)
    ]


def _addresses(pool: Values, cluster: Values) -> int:
    nodes = max(number(pool.get("maxCount")) or 0, number(pool.get("count", 1)) or 0)
    profile = cluster.get("networkProfile")
    profile = profile if isinstance(profile, dict) else {}
    pods_in_subnet = (
        profile.get("networkPlugin") == "azure"
        and profile.get("networkPluginMode") is None
        and pool.get("podSubnetID") is None
    )
    pods = number(pool.get("maxPods")) or _DEFAULT_PODS
    return int(nodes * (pods + 1 if pods_in_subnet else 1))


def inline_pool_is_not_declared_twice(request: Request) -> None:
    """A pool that the cluster declares inline exists already when a resource of its own is created."""
    existing = request.existing
    if existing is not None and existing.inputs.get("__inline") and not request.inputs.get("__inline"):
        raise ArmError(
            409, "Conflict", f"cannot create already existing resource '{existing.id}': it is an inline pool."
        )
