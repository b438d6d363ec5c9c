"""One session with the API server for all tests that want it, over a workspace with a cluster attached."""

from __future__ import annotations

import contextlib
import functools
import importlib
import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import identities
from azsandbox.arm.provider import DEFAULT_TENANT, AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.paths import Project
from azsandbox.pulumi.provider.backend import State, Subject
from azsandbox.services import all_types
from azsandbox.services.kubernetesconfiguration.rules import AZURE_ML_SETTINGS
from azsandbox.session import session

SUBSCRIPTION_ID = "11111111-2222-4333-8444-555555555555"
SCOPE = f"/subscriptions/{SUBSCRIPTION_ID}"
WORKSPACE = f"{SCOPE}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw"
BLOBS = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
ATTACH = ("85cb6faf-e071-4c9b-8136-154b5a04f717", "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8")
IMAGE = f"crroast.azurecr.io/roastery@sha256:{'a' * 64}"
_NUMBERS = itertools.count(1)


def make(provider: AzureNative, token: str, **inputs: Any) -> State:
    """What the engine would do for one resource of a program."""
    full = f"azure-native:{token}"
    subject = Subject(urn=f"urn:pulumi:test::tests::{full}::it", token=full)
    checked = provider.check(subject, {}, inputs, b"seed")
    assert [problem for problem in checked.problems if not problem.warning] == []
    return provider.create(subject, checked.inputs)


def declare(provider: AzureNative) -> None:
    """The workspace of the tests, as `pulumi up` would declare it."""
    in_group = functools.partial(make, provider, resourceGroupName="rg")
    in_group("resources:ResourceGroup", location="westeurope")
    storage = in_group(
        "storage:StorageAccount", accountName="stone", kind="StorageV2", sku={"name": "Standard_LRS"}
    )
    by_role = {"tenantId": DEFAULT_TENANT, "enableRbacAuthorization": True}
    vault = {"sku": {"family": "A", "name": "standard"}, **by_role}
    logs = in_group("operationalinsights:Workspace", workspaceName="logs")
    insights = in_group(
        "applicationinsights:Component",
        resourceName="appi",
        kind="web",
        applicationType="web",
        workspaceResourceId=logs.id,
    )
    workspace = in_group(
        "machinelearningservices:Workspace",
        workspaceName="mlw",
        identity={"type": "SystemAssigned"},
        storageAccount=storage.id,
        keyVault=in_group("keyvault:Vault", vaultName="kv-one", properties=vault).id,
        applicationInsights=insights.id,
    )
    pool = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5"}
    cluster = in_group(
        "containerservice:ManagedCluster",
        resourceName="aks",
        dnsPrefix="aks",
        identity={"type": "SystemAssigned"},
        agentPoolProfiles=[pool],
    )
    settings = {"enableTraining": "true", "enableInference": "true", "allowInsecureConnections": "true"}
    in_group(
        "kubernetesconfiguration:Extension",
        clusterRp="Microsoft.ContainerService",
        clusterResourceName="managedClusters",
        clusterName="aks",
        extensionName="azureml",
        extensionType="Microsoft.AzureML.Kubernetes",
        configurationSettings={**dict.fromkeys(AZURE_ML_SETTINGS, "false"), **settings},
    )
    for number, role in enumerate(ATTACH):
        make(
            provider,
            "authorization:RoleAssignment",
            principalId=workspace.outputs["identity"]["principalId"],
            principalType="ServicePrincipal",
            roleDefinitionId=f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role}",
            scope=cluster.id,
            roleAssignmentName=f"00000000-0000-4000-8000-00000000000{number}",
        )
    # The tests upload and download as the deployer, whose role of an Owner has no data actions; jobs run as
    # the identity of the compute.
    jobs = in_group("managedidentity:UserAssignedIdentity", resourceName="id-jobs")
    for number, principal in enumerate((identities.made_up("principal", SCOPE), jobs.outputs["principalId"])):
        make(
            provider,
            "authorization:RoleAssignment",
            principalId=principal,
            principalType="ServicePrincipal",
            roleDefinitionId=f"{SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{BLOBS}",
            scope=storage.id,
            roleAssignmentName=f"00000000-0000-4000-8000-0000000000b{number}",
        )
    in_group(
        "machinelearningservices:Compute",
        workspaceName="mlw",
        computeName="aks",
        identity={"type": "UserAssigned", "userAssignedIdentities": [jobs.id]},
        properties={
            "computeType": "Kubernetes",
            "resourceId": cluster.id,
            "properties": {"namespace": "jobs", "defaultInstanceType": "small"},
        },
    )


@dataclass
class Sandbox:
    """A running session and the subscription behind it."""

    project: Project
    environment: dict[str, str]
    subscription: Subscription
    provider: AzureNative

    @property
    def url(self) -> str:
        return self.environment["AZURE_AUTHORITY_HOST"]

    def make(self, token: str, **inputs: Any) -> State:
        """Declare something through the Pulumi provider."""
        return make(self.provider, token, resourceGroupName="rg", workspaceName="mlw", **inputs)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("api")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZSANDBOX_DIR", str(folder))
        project = Project.find(Path(__file__))
        subscription = Subscription.open(project.model)
        provider = AzureNative(subscription, all_types())
        provider.configure({"subscriptionId": SUBSCRIPTION_ID, "location": "westeurope"})
        declare(provider)
        opened = contextlib.ExitStack()
        environment = opened.enter_context(session(project, api=True, jobs={"FROM_THE_SESSION": "yes"}))
    # From here on the variables are those of the tests that ask for the session, and of no other.
    with opened:
        yield Sandbox(project, environment, subscription, provider)
    subscription.close()


@pytest.fixture
def sandbox(
    running: Sandbox, no_live_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """The session, with its environment as this test's own."""
    del no_live_credentials  # it clears the same variables, and must have done so before
    for name, value in running.environment.items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    yield running
    running.subscription.clear_faults()


@functools.cache
def _client() -> Any:
    from azure.ai.ml import MLClient
    from azure.identity import DefaultAzureCredential

    return MLClient(DefaultAzureCredential(), SUBSCRIPTION_ID, "rg", "mlw")


@pytest.fixture
def ml(sandbox: Sandbox) -> Any:
    """The genuine client, signed in as in production."""
    del sandbox
    return _client()


@pytest.fixture
def sdk() -> Any:
    """azure-ai-ml; it takes seconds to import, and is typed in part."""
    return importlib.import_module("azure.ai.ml")


@pytest.fixture
def entities() -> Any:
    return importlib.import_module("azure.ai.ml.entities")


@pytest.fixture
def workspace() -> str:
    return WORKSPACE


@pytest.fixture
def unique() -> str:
    """A name that no other test uses."""
    return f"t{next(_NUMBERS)}x{time.time_ns() % 10**6}"


@pytest.fixture
def image(entities: Any, ml: Any) -> str:
    """The id of an environment."""
    return ml.environments.create_or_update(entities.Environment(name="image", version="1", image=IMAGE)).id


@pytest.fixture
def component(entities: Any, ml: Any, image: str) -> Callable[..., Any]:
    """Registers a command component."""

    def register(name: str, command: str, *, version: str = "1", **ports: Any) -> Any:
        component = entities.CommandComponent(
            name=name, version=version, command=command, environment=image, **ports
        )
        return ml.components.create_or_update(component)

    return register


@pytest.fixture
def ended(ml: Any) -> Callable[[str], Any]:
    """Waits for a job to end, and returns it."""

    def wait(name: str) -> Any:
        deadline = time.monotonic() + 200
        while (job := ml.jobs.get(name)).status not in {"Completed", "Failed", "Canceled"}:
            assert time.monotonic() < deadline, f"job {name} is {job.status} after 200 s"
            time.sleep(0.1)
        return job

    return wait


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits for something to become true."""

    def wait(holds: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"not after {seconds} s"
            time.sleep(0.05)

    return wait


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""

    def check(process: int) -> bool:
        result = subprocess.run(
            ["/bin/ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
        )
        return result.stdout.strip()[:1] not in {"", "Z", "X"}

    return check
