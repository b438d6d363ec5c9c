"""Which roles each identity and each group of people needs: least privilege, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from roastery import roles
from roastery.components.identity.roles import RoleGrant

Scope = pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Scopes:
    """ARM ids on which roles are assigned."""

    workspace: Scope
    storage: Scope
    lake: Scope
    registry: Scope
    vault: Scope
    insights: Scope


def jobs(principal: pulumi.Input[str], scopes: Scopes, secret: str | None) -> list[RoleGrant]:
    """Of the identity that training and scoring run as.

    Args:
        principal: object id.
        scopes: what it works on.
        secret: name of the one secret of the vault that the import reads, if any.
    """
    grants = [
        RoleGrant(
            name="jobs-blob",
            role=roles.BLOB_CONTRIBUTOR,
            principal=principal,
            scope=scopes.storage,
            why="Jobs read and write data sets and models",
        ),
        RoleGrant(
            name="jobs-lake",
            role=roles.BLOB_CONTRIBUTOR,
            principal=principal,
            scope=scopes.lake,
            why="Jobs read and write the lake",
        ),
        RoleGrant(
            name="jobs-pull",
            role=roles.ACR_PULL,
            principal=principal,
            scope=scopes.registry,
            why="Jobs and endpoints pull the training image",
        ),
        RoleGrant(
            name="jobs-workspace",
            role=roles.ML_DATA_SCIENTIST,
            principal=principal,
            scope=scopes.workspace,
            why="Jobs register data sets and models",
        ),
        RoleGrant(
            name="jobs-metrics",
            role=roles.METRICS_PUBLISHER,
            principal=principal,
            scope=scopes.insights,
            why="Endpoints send their telemetry",
        ),
    ]
    if secret:
        # This secret and no other: the vault also holds those of deployments and triggers.
        vault = pulumi.Output.from_input(scopes.vault)
        grants.append(
            RoleGrant(
                name="jobs-secret",
                role=roles.KEY_VAULT_SECRETS_USER,
                principal=principal,
                scope=vault.apply(lambda id_: f"{id_}/secrets/{secret}"),
                why="The import reads Snowflake's credential",
            )
        )
    return grants


def router(principal: pulumi.Input[str], vault: Scope, secrets: Mapping[str, str]) -> list[RoleGrant]:
    """Of the identity that brings the certificate of endpoints into the cluster.

    Args:
        principal: object id.
        vault: ARM id.
        secrets: names of secrets of the vault, by what they are.
    """
    scope = pulumi.Output.from_input(vault)
    return [
        RoleGrant(
            name=f"router-{part}",
            role=roles.KEY_VAULT_SECRETS_USER,
            principal=principal,
            scope=scope.apply(lambda id_, secret=secret: f"{id_}/secrets/{secret}"),
            why=f"The router of endpoints gets its {part}",
        )
        for part, secret in secrets.items()
    ]


def promotion(principal: pulumi.Input[str], jobs: Scope) -> RoleGrant:
    """Of the identity that promotes models, on the identity that endpoints have.

    Azure ML sets traffic by a PUT of the whole endpoint, its identity included, and ARM asks for
    `Microsoft.ManagedIdentity/userAssignedIdentities/assign/action` on an identity that a request assigns:
    learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication#prerequisites.
    A PATCH takes tags only.
    """
    return RoleGrant(
        name="argo-jobs-identity",
        role=roles.MANAGED_IDENTITY_OPERATOR,
        principal=principal,
        scope=jobs,
        why="Promotion writes endpoints, which have the identity of jobs",
    )


def workflows(principal: pulumi.Input[str], scopes: Scopes) -> list[RoleGrant]:
    """Of the identity that workflows run as, apart from the one that changes infrastructure."""
    return [
        RoleGrant(
            name="argo-workspace",
            role=roles.ML_DATA_SCIENTIST,
            principal=principal,
            scope=scopes.workspace,
            why="Workflows submit jobs and promote models",
        ),
        RoleGrant(
            name="argo-secrets",
            role=roles.KEY_VAULT_SECRETS_USER,
            principal=principal,
            scope=scopes.vault,
            why="Workflows read the webhook's secret",
        ),
        RoleGrant(
            name="argo-blob",
            role=roles.BLOB_CONTRIBUTOR,
            principal=principal,
            scope=scopes.storage,
            why="Workflows keep their artefacts",
        ),
        RoleGrant(
            name="argo-metrics",
            role=roles.METRICS_PUBLISHER,
            principal=principal,
            scope=scopes.insights,
            why="Workflows write metrics: drift, and failures",
        ),
    ]


def archived_logs(principal: pulumi.Input[str], container: Scope) -> RoleGrant:
    """Of the identity of Argo's server, on the container of artefacts and on no other."""
    return RoleGrant(
        name="argo-server-artefacts",
        role=roles.BLOB_READER,
        principal=principal,
        scope=container,
        why="Argo's page shows archived logs",
    )


def deployments(principal: pulumi.Input[str], scopes: Scopes) -> list[RoleGrant]:
    """Of the identity that runs `pulumi up` in the cluster and on the build agents."""
    return [
        RoleGrant(
            name="runner-secrets",
            role=roles.KEY_VAULT_SECRETS_USER,
            principal=principal,
            scope=scopes.vault,
            why="Deployments read the Git token",
        ),
        RoleGrant(
            name="runner-blob",
            role=roles.BLOB_CONTRIBUTOR,
            principal=principal,
            scope=scopes.storage,
            why="Deployments keep previews and logs",
        ),
        RoleGrant(
            name="runner-metrics",
            role=roles.METRICS_PUBLISHER,
            principal=principal,
            scope=scopes.insights,
            why="A failed deployment writes a metric",
        ),
    ]


def data_scientists(group: str, scopes: Scopes) -> list[RoleGrant]:
    """Of the Entra group of data scientists."""
    return [
        RoleGrant(
            name="scientists-workspace",
            role=roles.ML_DATA_SCIENTIST,
            principal=group,
            principal_type="Group",
            scope=scopes.workspace,
            why="People work in the studio",
        ),
        RoleGrant(
            name="scientists-blob",
            role=roles.BLOB_READER,
            principal=group,
            principal_type="Group",
            scope=scopes.storage,
            why="People look at data sets and outputs",
        ),
        RoleGrant(
            name="scientists-files",
            role=roles.FILE_PRIVILEGED_CONTRIBUTOR,
            principal=group,
            principal_type="Group",
            scope=scopes.storage,
            why="Notebooks of the studio live on the file share",
        ),
    ]


def auditors(group: str, scopes: Scopes) -> list[RoleGrant]:
    """Of the Entra group of auditors."""
    return [
        RoleGrant(
            name=f"auditors-{part}",
            role=roles.READER,
            principal=group,
            principal_type="Group",
            scope=scope,
            why="Auditors see settings, not data",
        )
        for part, scope in {"workspace": scopes.workspace, "vault": scopes.vault}.items()
    ]


def engineers_on_vault(group: str, vault: Scope) -> RoleGrant:
    """Of the Entra group of platform engineers, on the vault."""
    return RoleGrant(
        name="engineers-vault",
        role=roles.KEY_VAULT_ADMINISTRATOR,
        principal=group,
        principal_type="Group",
        scope=vault,
        why="Engineers put secrets in place",
    )


def engineers_on_jump_box(group: str, machine: Scope, interface: Scope, bastion: Scope) -> list[RoleGrant]:
    """Of the Entra group of platform engineers, to sign in through Bastion.

    Source: learn.microsoft.com/azure/bastion/native-client, "Roles and ports".
    """
    login = RoleGrant(
        name="engineers-jump",
        role=roles.VM_ADMINISTRATOR_LOGIN,
        principal=group,
        principal_type="Group",
        scope=machine,
        why="Engineers sign in",
    )
    readable = {"machine": machine, "interface": interface, "bastion": bastion}
    return [
        login,
        *(
            RoleGrant(
                name=f"engineers-{part}",
                role=roles.READER,
                principal=group,
                principal_type="Group",
                scope=scope,
                why="Bastion's client reads what it connects to",
            )
            for part, scope in readable.items()
        ),
    ]


def jump_box(principal: pulumi.Input[str], registry: Scope) -> RoleGrant:
    """Of the jump box's own identity."""
    return RoleGrant(
        name="jump-pull",
        role=roles.ACR_PULL,
        principal=principal,
        scope=registry,
        why="The jump box pulls the runner's image",
    )
