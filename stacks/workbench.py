"""Where models are trained: the workspace, the identities that work in it, their roles."""

from __future__ import annotations

from dataclasses import dataclass

from roastery.components.argo.charts import INFRA_ACCOUNT, SOURCES_ACCOUNT, WORKFLOW_ACCOUNT
from roastery.components.argo.server import SERVER_ACCOUNT, SYSTEM_NAMESPACE
from roastery.components.cluster.aks import Aks
from roastery.components.identity import grants
from roastery.components.identity.roles import assign_all
from roastery.components.identity.workload import (
    Federation,
    ServiceAccount,
    WorkloadIdentity,
    WorkloadIdentityArgs,
)
from roastery.components.workspace import Workspace, WorkspaceArgs
from stacks.config import StackConfig
from stacks.foundation import Foundation

NAMESPACE = "roastery"
JOBS_NAMESPACE = "azureml-jobs"
# Which service accounts act as which identity: namespace and names. None acts as that of jobs: Azure ML's own
# proxy gives it to the pods that it starts (docs/decisions/0022), which carry no label for a federation.
ACCOUNTS = {
    "argo": (NAMESPACE, [WORKFLOW_ACCOUNT, SOURCES_ACCOUNT]),
    "runner": (NAMESPACE, [INFRA_ACCOUNT]),
    "argo-server": (SYSTEM_NAMESPACE, [SERVER_ACCOUNT]),
}


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """What the other layers use.

    `jobs` is the identity of training and scoring, `argo` that of the workflows that start them, `runner`
    that of `pulumi up` in the cluster and on the build agents, `argo_server` that of Argo's page.
    """

    workspace: Workspace
    jobs: WorkloadIdentity
    argo: WorkloadIdentity
    runner: WorkloadIdentity
    argo_server: WorkloadIdentity


def workbench(config: StackConfig, base: Foundation, aks: Aks) -> Workbench:
    """Declares the workbench."""
    workspace = Workspace(
        "workspace",
        WorkspaceArgs(
            resource_group=base.work,
            private_access=base.access,
            log_workspace_id=base.logs.workspace_id,
            storage_id=base.storage.id,
            storage_endpoint_ids=base.storage.endpoint_ids,
            vault_id=base.vault.id,
            registry_id=base.registry.id,
            insights_id=base.logs.insights_id,
            managed_network=config.workspace.managed_network,
            public_access="workspace" in config.network.public_access,
        ),
    )
    jobs, argo, runner, server = (
        _identity(part, base, aks) for part in ("jobs", "argo", "runner", "argo-server")
    )
    scopes = grants.Scopes(
        workspace=workspace.id,
        storage=base.storage.id,
        lake=base.lake.id,
        registry=base.shared_registry_id,
        vault=base.vault.id,
        insights=base.logs.insights_id,
    )
    people = config.people
    assign_all(
        [
            *grants.jobs(jobs.principal_id, scopes, config.snowflake.secret),
            *grants.workflows(argo.principal_id, scopes),
            grants.promotion(argo.principal_id, jobs.id),
            *grants.deployments(runner.principal_id, scopes),
            *grants.data_scientists(people.data_scientists, scopes),
            *(grants.auditors(people.auditors, scopes) if people.auditors else ()),
        ],
        names=config.names,
        parent=workspace,
    )
    return Workbench(workspace=workspace, jobs=jobs, argo=argo, runner=runner, argo_server=server)


def _identity(part: str, base: Foundation, aks: Aks) -> WorkloadIdentity:
    namespace, names = ACCOUNTS.get(part, ("", []))
    accounts = [ServiceAccount(namespace=namespace, name=name) for name in names]
    federation = Federation(issuer=aks.oidc_issuer, accounts=accounts) if accounts else None
    return WorkloadIdentity(
        part, WorkloadIdentityArgs(resource_group=base.work, part=part, federation=federation)
    )
