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

FAMILIES: dict[str, ModuleType] = {
    "Public access": public_access,
    "Network": network,
    "Security groups": security_groups,
    "Edge of the network": network_edge,
    "Other networks and places": elsewhere,
    "Private endpoints": private_link,
    "Identity": identity,
    "Credentials": credentials,
    "Roles": roles,
    "Custom roles and activation": role_actions,
    "Data": data,
    "Protection and logs": protection,
    "Cluster": cluster,
    "Workspace": workspace,
    "ML assets": assets,
    "Namespaces": namespaces,
    "Network policies": network_policies,
    "Exposure of the cluster": exposure,
    "Roles in the cluster": cluster_roles,
    "Pods": pods,
    "Images": images,
    "Code on machines": machine_code,
    "Hidden resources": nested,
    "Kinds of resources": kinds,
    "Cost and regions": cost,
    "Names and tags": conventions,
    "Secrets": plaintext,
}
POLICIES: tuple[Policy, ...] = tuple(policy for module in FAMILIES.values() for policy in module.POLICIES)
BY_ID = {policy.id: policy for policy in POLICIES}
