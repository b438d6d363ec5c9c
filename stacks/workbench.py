"""Where models are made: the workspace, the identities that work in it, their roles."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from roastery import roles
from roastery.components.identity.roles import PrincipalType, assign
from roastery.components.identity.workload import WorkloadIdentity, WorkloadIdentityArgs
from roastery.components.workspace import Workspace, WorkspaceArgs
from roastery.roles import Role
from stacks.config import StackConfig
from stacks.foundation import Foundation


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """What the other layers use.

    `jobs` is what training and scoring run as; `argo` is what starts them; `runner` is what runs
    `pulumi up` on the build agents.
    """

    workspace: Workspace
    jobs: WorkloadIdentity
    argo: WorkloadIdentity
    runner: WorkloadIdentity


def workbench(config: StackConfig, base: Foundation) -> Workbench:
    """Declares the workbench."""
    workspace = Workspace(
        "workspace",
        WorkspaceArgs(
            resource_group=base.work,
            access=base.access,
            log_workspace_id=base.logs.workspace_id,
            storage_id=base.storage.id,
            storage_endpoint_ids=base.storage.endpoint_ids,
            vault_id=base.vault.id,
            registry_id=base.registry.id,
            insights_id=base.logs.insights_id,
            managed_network=config.workspace.managed_network,
            public="workspace" in config.network.public_doors,
        ),
    )
    jobs, argo, runner = (
        WorkloadIdentity(part, WorkloadIdentityArgs(resource_group=base.work, part=part))
        for part in ("jobs", "argo", "runner")
    )
    bench = Workbench(workspace=workspace, jobs=jobs, argo=argo, runner=runner)
    _roles(config, base, bench)
    return bench


def _roles(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    jobs, argo = bench.jobs, bench.argo
    scientists = config.people.data_scientists
    table: tuple[tuple[str, Role, pulumi.Input[str], PrincipalType, pulumi.Input[str], str], ...] = (
        ("jobs-blob", roles.BLOB_CONTRIBUTOR, jobs.principal_id, "ServicePrincipal", base.storage.id,
         "Jobs read and write data sets and models"),
        ("jobs-lake", roles.BLOB_CONTRIBUTOR, jobs.principal_id, "ServicePrincipal", base.lake.id,
         "Jobs read and write the lake"),
        ("jobs-pull", roles.ACR_PULL, jobs.principal_id, "ServicePrincipal", base.registry.id,
         "Jobs and endpoints pull the training image"),
        ("jobs-workspace", roles.ML_DATA_SCIENTIST, jobs.principal_id, "ServicePrincipal",
         bench.workspace.id, "Jobs register data sets and models"),
        ("argo-workspace", roles.ML_DATA_SCIENTIST, argo.principal_id, "ServicePrincipal",
         bench.workspace.id, "Workflows submit jobs and promote models"),
        ("argo-secrets", roles.KEY_VAULT_SECRETS_USER, argo.principal_id, "ServicePrincipal", base.vault.id,
         "Workflows read the webhook's secret"),
        ("argo-blob", roles.BLOB_CONTRIBUTOR, argo.principal_id, "ServicePrincipal", base.storage.id,
         "Workflows keep their artefacts"),
        ("argo-metrics", roles.METRICS_PUBLISHER, argo.principal_id, "ServicePrincipal",
         base.logs.insights_id, "The look for drift writes its metrics"),
        ("scientists-workspace", roles.ML_DATA_SCIENTIST, scientists, "Group", bench.workspace.id,
         "People work in the studio"),
        ("scientists-blob", roles.BLOB_READER, scientists, "Group", base.storage.id,
         "People look at data sets and outputs"),
        ("scientists-files", roles.FILE_PRIVILEGED_CONTRIBUTOR, scientists, "Group", base.storage.id,
         "Notebooks of the studio live on the file share"),
    )  # fmt: skip
    for name, role, principal, kind, scope, why in table:
        assign(
            name,
            names=config.names,
            role=role,
            principal=principal,
            principal_type=kind,
            scope=scope,
            parent=bench.workspace,
            why=why,
        )
    if config.snowflake.stores:
        assign(
            "jobs-secret",
            names=config.names,
            role=roles.KEY_VAULT_SECRETS_USER,
            principal=jobs.principal_id,
            # This secret and no other: the vault also holds what deploys and what triggers.
            scope=base.vault.id.apply(lambda vault: f"{vault}/secrets/{config.snowflake.secret}"),
            parent=bench.workspace,
            why="The import reads Snowflake's credential",
        )
    if config.people.auditors:
        for part, scope in {"workspace": bench.workspace.id, "vault": base.vault.id}.items():
            assign(
                f"auditors-{part}",
                names=config.names,
                role=roles.READER,
                principal=config.people.auditors,
                principal_type="Group",
                scope=scope,
                parent=bench.workspace,
                why="Auditors see settings, not data",
            )
