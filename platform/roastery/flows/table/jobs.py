"""Jobs and models in namespace `azureml-jobs`: their data, their image, the workspace, Snowflake.

They act as the identity of jobs, whose tokens Azure ML's own proxy in the cluster hands out: no federated
credential names them (docs/decisions/0022).
"""

from __future__ import annotations

from roastery.flows.inputs import METADATA
from roastery.flows.model import Access, Flow, Hosts, Present, Resource, Subnet, Tagged
from roastery.flows.table import pods
from roastery.flows.table.lookups import lookups
from roastery.policies import tokens as t

_IDENTITY = "learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_ML = "Microsoft.MachineLearningServices/workspaces"
_READ_WRITE = tuple(f"{_BLOBS}/{verb}" for verb in ("read", "write", "delete", "add/action"))


# Which the datastore names, and nothing checks before somebody reads.
_SALES = (Present(what="the container of sales", type=t.CONTAINER, where={"containerName": "sales"}),)


def _data(id_: str, key: str, group: str, why: str) -> Flow:
    return Flow(
        id=id_,
        source=pods.JOBS,
        destination=Resource(key=key, group=group),
        access=(Access(identity="jobs", scope=key, data_actions=_READ_WRITE),),
        present=_SALES if key == "lake" else (),
        why=why,
        page=_IDENTITY,
    )


FLOWS = (
    *lookups("jobs", pods.JOBS),
    Flow(
        id="jobs-among-themselves",
        source=pods.JOBS,
        destination=pods.JOBS,
        ports=(29500,),
        why="Processes of a distributed job, on ports that the job chooses; 29500 is that of PyTorch",
        page="learn.microsoft.com/azure/machine-learning/how-to-train-distributed-gpu",
    ),
    _data("jobs-storage", "storage", "blob", "Jobs read and write data sets, models and logs"),
    _data("jobs-lake-files", "lake", "dfs", "Jobs read new data of the lake, and write partitions"),
    _data("jobs-lake-blobs", "lake", "blob", "Clients of the lake call some operations at the blob address"),
    *(
        Flow(
            id=f"jobs-parallel-{group}",
            source=pods.JOBS,
            destination=Resource(key="storage", group=group),
            why="A parallel job keeps the state of its mini-batches there; the studio offers such jobs",
            page="learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet",
        )
        for group in ("queue", "table")
    ),
    Flow(
        id="studio-files",
        source=Subnet(key="jump_box"),
        destination=Resource(key="storage", group="file"),
        why="Notebooks of the studio are on the file share, which the browser reads itself",
        page="learn.microsoft.com/azure/machine-learning/how-to-enable-studio-virtual-network",
        needs=("jump_box",),
    ),
    Flow(
        id="model-storage",
        source=pods.JOBS,
        destination=Resource(key="storage", group="blob"),
        access=(Access(identity="jobs", scope="storage", data_actions=(f"{_BLOBS}/read",)),),
        why="The pods of the endpoint download their model",
        page=_IDENTITY,
        needs=("endpoint",),
    ),
    Flow(
        id="jobs-image",
        source=Subnet(key="cluster"),
        destination=Resource(key="images", group="registry"),
        access=(
            Access(
                identity="jobs",
                scope="images",
                actions=("Microsoft.ContainerRegistry/registries/pull/read",),
            ),
        ),
        why="Azure ML pulls the image of jobs and models as their identity",
        page=_IDENTITY,
    ),
    Flow(
        id="jobs-workspace",
        source=pods.JOBS,
        destination=Resource(key="workspace", group="amlworkspace"),
        access=(
            Access(
                identity="jobs",
                scope="workspace",
                actions=(
                    f"{_ML}/experiments/runs/write",
                    f"{_ML}/data/versions/write",
                    f"{_ML}/models/versions/write",
                    f"{_ML}/datastores/read",
                ),
            ),
        ),
        why="Jobs log to MLflow, and register data sets and models",
        page="learn.microsoft.com/azure/machine-learning/how-to-assign-roles",
    ),
    Flow(
        id="jobs-service",
        source=pods.JOBS,
        destination=Tagged(
            tags=("AzureMachineLearning",),
            hosts=("{region}.api.azureml.ms", "{region}.experiments.azureml.net"),
        ),
        why="MLflow's tracking address of the workspace is one of the region",
        page="learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall",
    ),
    Flow(
        id="jobs-sign-in",
        source=pods.JOBS,
        destination=Tagged(
            tags=("AzureActiveDirectory",),
            hosts=("login.microsoftonline.com",),
            fqdn_tag="AzureKubernetesService",
        ),
        why="Libraries of Azure read the tenant's metadata before they ask for a token",
        page="learn.microsoft.com/entra/identity-platform/v2-protocols-oidc",
    ),
    Flow(
        id="jobs-snowflake",
        source=pods.JOBS,
        destination=Tagged(tags=("AzureCloud.{region}",), hosts=("{snowflake}",)),
        why="The import reads the sales",
        page="docs.snowflake.com/en/user-guide/hostname-allowlist",
        needs=("host:snowflake",),
    ),
    Flow(
        id="jobs-metadata-service",
        source=pods.JOBS,
        destination=Hosts(names=(METADATA,), prefixes=(f"{METADATA}/32",)),
        ports=(80,),
        why="Snowflake's connector fetches a token itself, with identity_provider AZURE",
        page="docs.snowflake.com/en/user-guide/workload-identity-federation",
        needs=("host:metadata",),
    ),
    Flow(
        id="jobs-telemetry",
        source=pods.JOBS,
        destination=Resource(key="link_scope", group="azuremonitor"),
        access=(
            Access(identity="jobs", scope="insights", data_actions=("Microsoft.Insights/Telemetry/Write",)),
        ),
        why="Models send telemetry; without local authentication Application Insights wants a token",
        page="learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication",
        needs=("endpoint", "link_scope"),
    ),
)
