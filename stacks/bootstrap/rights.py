"""What the platform's own identities may do: granted here and not by the platform's program.

So no change of that program, which the runner itself deploys, extends what the runner may do.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from roastery import roles
from roastery.components.bootstrap import StateBackend, group_id
from roastery.components.identity.delegation import ASSIGNABLE, assign_only
from roastery.components.identity.roles import RoleGrant
from roastery.naming import Names
from stacks.config import StackConfig

PARTS = ("net", "data", "ml")  # of the platform's resource groups


@dataclass(frozen=True, kw_only=True)
class ExistingIdentity:
    """An identity that the platform's program declared."""

    name: str
    principal_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class PlatformIdentities:
    """Who deploys (`runner`) and who starts jobs (`argo`)."""

    group: str
    runner: ExistingIdentity
    argo: ExistingIdentity

    @classmethod
    def existing(cls, names: Names) -> PlatformIdentities:
        """Those of a deployed platform, read from Azure."""
        group = names.of("resource group", "ml")
        return cls(group=group, runner=_read(names, group, "runner"), argo=_read(names, group, "argo"))


def _read(names: Names, group: str, part: str) -> ExistingIdentity:
    name = names.of("managed identity", part)
    scope = f"/subscriptions/{names.salt}/resourceGroups/{group}"
    identifier = f"{scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    read = managedidentity.UserAssignedIdentity.get(f"existing-{part}", identifier)
    return ExistingIdentity(name=name, principal_id=read.principal_id)


def delegated(
    config: StackConfig, identities: PlatformIdentities, store: StateBackend, registry: pulumi.Input[str]
) -> list[RoleGrant]:
    """Rights on the platform's groups, on the state, and on the registry."""
    runner, argo = identities.runner.principal_id, identities.argo.principal_id
    return [
        *_on_groups(config, identities),
        *_on_state("runner", runner, store, roles.BLOB_CONTRIBUTOR, "Deployments read and write the state"),
        *_on_state("argo", argo, store, roles.BLOB_READER, "Workflows read the stack's outputs"),
        *_on_registry(runner, registry),
    ]


def _on_groups(config: StackConfig, identities: PlatformIdentities) -> list[RoleGrant]:
    names, subscription = config.names, f"/subscriptions/{config.subscription}"
    runner = identities.runner.principal_id
    grants: list[RoleGrant] = []
    for part in PARTS:
        scope = f"{subscription}/resourceGroups/{names.of('resource group', part)}"
        grants += [
            RoleGrant(
                name=f"runner-{part}-contributor",
                role=roles.CONTRIBUTOR,
                principal=runner,
                scope=scope,
                why="Deployments change the platform's resources",
            ),
            RoleGrant(
                name=f"runner-{part}-roles",
                role=roles.RBAC_ADMINISTRATOR,
                principal=runner,
                scope=scope,
                why="Deployments assign the platform's roles, no privileged ones",
                condition=assign_only(ASSIGNABLE),
            ),
        ]
    work = f"{subscription}/resourceGroups/{identities.group}"
    cluster = f"{work}/providers/Microsoft.ContainerService/managedClusters/{names.of('kubernetes cluster')}"
    return [
        *grants,
        RoleGrant(
            name="runner-cluster",
            # Contributor gets a kubeconfig, with which Azure RBAC forbids every object.
            role=roles.AKS_RBAC_CLUSTER_ADMIN,
            principal=runner,
            scope=cluster,
            why="Deployments declare what lives in the cluster",
        ),
        RoleGrant(
            name="runner-budget",
            role=roles.COST_MANAGEMENT_CONTRIBUTOR,
            principal=runner,
            scope=subscription,
            why="Deployments set the budget, which belongs to the subscription",
        ),
        RoleGrant(
            name="runner-boot",
            role=roles.READER,
            principal=runner,
            scope=group_id(names),
            why="Deployments read what the private endpoints lead to",
        ),
    ]


def _on_state(
    part: str, principal: pulumi.Input[str], store: StateBackend, role: roles.Role, why: str
) -> list[RoleGrant]:
    return [
        RoleGrant(name=f"{part}-state", role=role, principal=principal, scope=store.container_id, why=why),
        RoleGrant(
            name=f"{part}-key",
            role=roles.KEY_VAULT_CRYPTO_USER,
            principal=principal,
            scope=store.key_id,
            why="Whoever reads the state decrypts the secrets in it",
        ),
    ]


def _on_registry(runner: pulumi.Input[str], registry: pulumi.Input[str]) -> list[RoleGrant]:
    return [
        RoleGrant(
            name="runner-pull",
            role=roles.ACR_PULL,
            principal=runner,
            scope=registry,
            why="Deployments read charts, agents the runner image",
        ),
        RoleGrant(
            name="runner-registry-roles",
            role=roles.RBAC_ADMINISTRATOR,
            principal=runner,
            scope=registry,
            why="Deployments let nodes and jobs pull images, and nothing else",
            condition=assign_only([roles.ACR_PULL]),
        ),
    ]
