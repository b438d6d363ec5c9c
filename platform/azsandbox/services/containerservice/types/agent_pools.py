"""AKS node pools."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.containerservice import outputs
from azsandbox.services.containerservice.rules import agent_pools
from azsandbox.services.containerservice.types.managed_clusters import CLUSTER

TYPES = (
    ResourceType(
        token="azure-native:containerservice:AgentPool",
        path=CLUSTER + "/agentPools/{agentPoolName}",
        name=NameRule(agent_pools.POOL_NAME, agent_pools.POOL_NAME_WORDS),
        replace=(
            "vmSize",
            "osDiskType",
            "osDiskSizeGB",
            "osType",
            "vnetSubnetID",
            "podSubnetID",
            "availabilityZones",
            "scaleSetPriority",
            "enableEncryptionAtHost",
            "enableFIPS",
            "maxPods",
            "type",
            "kubeletDiskType",
        ),
        references=(Reference("vnetSubnetID", (kinds.SUBNET,)), Reference("podSubnetID", (kinds.SUBNET,))),
        early=(agent_pools.pool_is_valid,),
        rules=(
            agent_pools.pools_share_a_network,
            agent_pools.subnet_has_room_for_nodes,
            agent_pools.zones_of_pool_are_offered,
        ),
        outputs=outputs.agent_pool,
        claims=(
            documented(
                "autoscaling limits are valid; a system pool is not a spot pool; all pools are in one "
                "network, in subnets with enough addresses for the nodes"
            ),
            documented("the VM size exists, is not too small for AKS, and holds an ephemeral OS disk"),
            documented("the availability zones are those of the cluster's region"),
            specified("VM size, disks, zones and subnet are set only at creation"),
        ),
    ),
)
