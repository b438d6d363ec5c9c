"""All policies."""

from __future__ import annotations

from types import ModuleType

from roastery.policies.model import Policy
from roastery.policies.rules import (
    assets,
    cluster,
    cluster_roles,
    conventions,
    cost,
    credentials,
    data,
    elsewhere,
    exposure,
    identity,
    images,
    kinds,
    machine_code,
    namespaces,
    nested,
    network,
    network_edge,
    network_policies,
    plaintext,
    pods,
    private_link,
    protection,
    public_access,
    role_actions,
    roles,
    security_groups,
    workspace,
)


class Family:
    """Modules of rules about one subject."""

    def __init__(self, *modules: ModuleType) -> None:
        self.POLICIES: tuple[Policy, ...] = tuple(policy for module in modules for policy in module.POLICIES)


FAMILIES: dict[str, Family] = {
    "Public access": Family(public_access),
    "Network": Family(network, security_groups, network_edge, elsewhere),
    "Private endpoints": Family(private_link),
    "Identity": Family(identity, credentials),
    "Roles": Family(roles, role_actions),
    "Data": Family(data),
    "Protection and logs": Family(protection, machine_code),
    "Cluster": Family(cluster),
    "Workspace": Family(workspace),
    "ML assets": Family(assets),
    "Namespaces": Family(namespaces, network_policies, exposure, cluster_roles),
    "Pods": Family(pods, images),
    "Cost and regions": Family(cost),
    "Names, tags and kinds": Family(conventions, nested, kinds),
    "Secrets": Family(plaintext),
}
POLICIES: tuple[Policy, ...] = tuple(policy for module in FAMILIES.values() for policy in module.POLICIES)
BY_ID = {policy.id: policy for policy in POLICIES}
