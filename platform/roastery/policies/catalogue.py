"""All policies."""

from __future__ import annotations

from types import ModuleType

from roastery.policies.model import Policy
from roastery.policies.rules import (
    assets,
    cluster,
    conventions,
    cost,
    data,
    identity,
    namespaces,
    network,
    plaintext,
    pods,
    private_link,
    protection,
    public_access,
    roles,
    workspace,
)

FAMILIES: dict[str, ModuleType] = {
    "Public access": public_access,
    "Network": network,
    "Private endpoints": private_link,
    "Identity": identity,
    "Roles": roles,
    "Data": data,
    "Protection and logs": protection,
    "Cluster": cluster,
    "Workspace": workspace,
    "ML assets": assets,
    "Namespaces": namespaces,
    "Pods": pods,
    "Cost and regions": cost,
    "Names and tags": conventions,
    "Secrets": plaintext,
}
POLICIES: tuple[Policy, ...] = tuple(policy for module in FAMILIES.values() for policy in module.POLICIES)
BY_ID = {policy.id: policy for policy in POLICIES}
