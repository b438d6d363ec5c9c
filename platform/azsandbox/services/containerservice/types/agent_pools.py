"""AKS node pools."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.containerservice import defaults, outputs
from azsandbox.services.containerservice.laws.changes import pool_changes
from azsandbox.services.containerservice.laws.pools import pool_laws
from azsandbox.services.containerservice.rules import agent_pools, pool_sizes, pool_subnets, upgrades
from azsandbox.services.containerservice.types.managed_clusters import CLUSTER

_CLAIMS = (
    documented("autoscaling limits are valid, and a system pool keeps a node"),
    documented("a system pool has room for 30 pods, and no taint but CriticalAddonsOnly and soft ones"),
    documented("a Windows pool has a name of 6 characters, and no settings of a Linux kubelet"),
    documented("a spot price is -1 or positive, and for spot pools only"),
    documented("an upgrade has a surge or unavailable nodes, a system pool no unavailable ones"),
    documented("local ports are a range, and swap needs a kubelet that takes it"),
    documented("the message of the day is encoded in base64"),
    documented("slices of a GPU need a size with one; trusted launch and Windows no Arm size"),
    documented("labels are valid and not reserved"),
    documented("all pools are in one network, in subnets with enough addresses for the nodes and their pods"),
    documented("the VM size exists, is not too small for AKS, and holds an ephemeral OS disk"),
    documented("the availability zones are those of the cluster's region"),
    documented("a pool is at most as new as its control plane, and at most three minors older"),
    documented("a pool that the cluster declares inline exists already"),
)

TYPES = (
    ResourceType(
        token="azure-native:containerservice:AgentPool",
        defaults=defaults.AGENT_POOL,
        path=CLUSTER + "/agentPools/{agentPoolName}",
        name=NameRule(agent_pools.POOL_NAME, agent_pools.POOL_NAME_WORDS),
        # pulumi-azure-native, provider/pkg/gen/replacement.go; the rest is sent, and AKS refuses it.
        replace=("vmSize", "gpuInstanceProfile", "networkProfile.nodePublicIPTags"),
        references=(Reference("vnetSubnetID", (kinds.SUBNET,)), Reference("podSubnetID", (kinds.SUBNET,))),
        laws=(*pool_laws(), *pool_changes()),
        early=(agent_pools.pool_is_valid,),
        rules=(
            pool_subnets.inline_pool_is_not_declared_twice,
            pool_subnets.pools_share_a_network,
            pool_subnets.subnet_has_room_for_nodes,
            upgrades.pool_follows_control_plane,
            pool_sizes.zones_of_pool_are_offered,
        ),
        outputs=outputs.agent_pool,
        claims=_CLAIMS,
    ),
)
