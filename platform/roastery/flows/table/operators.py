"""Build agents, the jump box, and people through Bastion."""

from __future__ import annotations

from roastery.flows.model import (
    Access,
    ApiServer,
    AzureService,
    Flow,
    Hosts,
    KubernetesAccess,
    Resource,
    Source,
    Subnet,
    Tagged,
)

BASTION = "learn.microsoft.com/azure/bastion/bastion-nsg"
CONNECT = "learn.microsoft.com/azure/bastion/native-client"
ENTRA_LOGIN = "learn.microsoft.com/entra/identity/devices/howto-vm-sign-in-azure-ad-linux"
_AGENTS, _JUMP_BOX, _BASTION = (Subnet(key=key) for key in ("agents", "jump_box", "bastion"))
_INTERNET = AzureService(name="people on the Internet", tag="Internet")


def _bastion(id_: str, source: Source, target: Source | Tagged, ports: tuple[int, ...], why: str) -> Flow:
    needs = ("bastion",)
    return Flow(
        id=f"bastion-{id_}",
        source=source,
        destination=target,
        ports=ports,
        why=why,
        page=BASTION,
        needs=needs,
    )


def _same_for_machines() -> tuple[Flow, ...]:
    """What the agents and the jump box both need."""
    flows: list[Flow] = []
    for key, subnet, identity in (
        ("agents", _AGENTS, "runner"),
        ("jump-box", _JUMP_BOX, "group:engineers"),
    ):
        flows += [
            Flow(
                id=f"{key}-api-server",
                source=subnet,
                destination=ApiServer(),
                kubernetes=(
                    KubernetesAccess(
                        verbs=("create",), resources=("namespaces",), identity=identity, by_bootstrap=True
                    ),
                ),
                why="pulumi and kubectl declare and read what lives in the cluster",
                page="learn.microsoft.com/azure/aks/private-clusters",
            ),
            Flow(
                id=f"{key}-sign-in",
                source=subnet,
                destination=Tagged(tags=("AzureActiveDirectory",), hosts=("login.microsoftonline.com",)),
                why="Tokens of Entra ID",
                page="learn.microsoft.com/entra/identity/managed-identities-azure-resources",
            ),
            Flow(
                id=f"{key}-resource-manager",
                source=subnet,
                destination=Tagged(
                    tags=("AzureResourceManager",),
                    hosts=("management.azure.com", "management.core.windows.net"),
                ),
                why="The program declares resources",
                page="learn.microsoft.com/azure/azure-resource-manager/management/overview",
            ),
            Flow(
                id=f"{key}-vault",
                source=subnet,
                destination=Resource(key="vault", group="vault"),
                why="Secrets are put in place, and read",
                page="learn.microsoft.com/azure/key-vault/general/private-link-service",
            ),
            Flow(
                id=f"{key}-workspace",
                source=subnet,
                destination=Resource(key="workspace", group="amlworkspace"),
                why="Jobs are submitted and models promoted",
                page="learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
            ),
            Flow(
                id=f"{key}-registry",
                source=subnet,
                destination=Resource(key="registry", group="registry"),
                why="Images and charts are pushed and pulled",
                page="learn.microsoft.com/azure/container-registry/container-registry-private-link",
            ),
            *(
                Flow(
                    id=f"{key}-{resource.replace('_', '-')}",
                    source=subnet,
                    destination=Resource(key=resource, group=group),
                    why=why,
                    page="www.pulumi.com/docs/iac/concepts/state-and-backends",
                    needs=(resource,),
                )
                for resource, group, why in (
                    ("state_store", "blob", "The program's state"),
                    ("state_vault", "vault", "The key that encrypts the secrets in the state"),
                    ("shared_registry", "registry", "Mirrored charts and images"),
                )
            ),
        ]
    return tuple(flows)


# learn.microsoft.com/azure/devops/pipelines/agents/linux-agent, read 2026-12-01.
_AZURE_DEVOPS = (
    "dev.azure.com",
    "*.dev.azure.com",
    "*.vssps.visualstudio.com",
    "*.vsblob.visualstudio.com",
    "*.vstmr.visualstudio.com",
    "vstsagenttools.blob.core.windows.net",
)
# What images/*/Dockerfile and images/pins.env download.
_BUILDS = (
    "get.pulumi.com",
    "github.com",
    "release-assets.githubusercontent.com",
    "packages.microsoft.com",
    "dl.k8s.io",
    "cdn.dl.k8s.io",
    "pypi.org",
    "files.pythonhosted.org",
)
_UBUNTU = ("azure.archive.ubuntu.com", "archive.ubuntu.com", "security.ubuntu.com")

_MACHINES = (
    Flow(
        id="agents-azure-devops",
        source=_AGENTS,
        destination=Hosts(names=_AZURE_DEVOPS),
        why="Agents install themselves, wait for jobs, clone the repository and send logs",
        page="learn.microsoft.com/azure/devops/pipelines/agents/linux-agent",
        needs=("agents",),
    ),
    Flow(
        id="agents-image-builds",
        source=_AGENTS,
        destination=Hosts(names=_BUILDS),
        why="The builds of the images download what they pin",
        page="docs.docker.com/build",
        needs=("agents",),
    ),
    Flow(
        id="agents-image-packages",
        source=_AGENTS,
        destination=Hosts(names=("deb.debian.org",)),
        ports=(80,),
        why="The builds of the images install Debian packages, which apt verifies",
        page="wiki.debian.org/SourcesList",
        needs=("agents",),
    ),
    *(
        Flow(
            id=f"{key.replace('_', '-')}-updates",
            source=subnet,
            destination=Hosts(names=_UBUNTU),
            ports=(80,),
            why="Security patches, and the container engine",
            page="ubuntu.com/server/docs/how-to/software/package-management",
            needs=(key,),
        )
        for key, subnet in (("agents", _AGENTS), ("jump_box", _JUMP_BOX))
    ),
    *(
        Flow(
            id=f"{key.replace('_', '-')}-machine-learning",
            source=subnet,
            destination=Tagged(
                tags=("AzureMachineLearning",),
                hosts=("{region}.api.azureml.ms", "{region}.experiments.azureml.net"),
            ),
            why="Jobs, models and MLflow: the names that all workspaces of the region share are public",
            page="learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall",
            needs=(key,),
        )
        for key, subnet in (("agents", _AGENTS), ("jump_box", _JUMP_BOX))
    ),
    Flow(
        id="jump-box-image",
        source=_JUMP_BOX,
        destination=Resource(key="images", group="registry"),
        access=(
            Access(
                identity="jump_box",
                scope="images",
                actions=("Microsoft.ContainerRegistry/registries/pull/read",),
            ),
        ),
        why="People work in the runner's image, which the jump box pulls as itself",
        page="learn.microsoft.com/azure/container-registry/container-registry-roles",
        needs=("jump_box",),
    ),
)

FLOWS = (
    _bastion("people", _INTERNET, _BASTION, (443,), "People sign in through the portal or az"),
    _bastion(
        "control-plane",
        AzureService(name="GatewayManager", tag="GatewayManager"),
        _BASTION,
        (443,),
        "Bastion's control plane",
    ),
    _bastion(
        "probes",
        AzureService(name="load balancer", tag="AzureLoadBalancer"),
        _BASTION,
        (443,),
        "Health probes of Bastion",
    ),
    _bastion("data-plane", _BASTION, _BASTION, (8080, 5701), "Bastion's instances among themselves"),
    _bastion("targets", _BASTION, _JUMP_BOX, (22,), "People reach the jump box"),
    _bastion(
        "logs",
        _BASTION,
        Tagged(tags=("AzureCloud",)),
        (443,),
        "Bastion stores diagnostic and metering logs",
    ),
    _bastion(
        "certificates",
        _BASTION,
        Tagged(tags=("Internet",)),
        (80,),
        "Session and certificate validation",
    ),
    Flow(
        id="engineers-jump-box",
        source=AzureService(name="platform engineers"),
        destination=AzureService(name="Azure Resource Manager"),
        access=(
            Access(
                identity="group:engineers",
                scope="jump_box",
                actions=("Microsoft.Compute/virtualMachines/read",),
                data_actions=("Microsoft.Compute/virtualMachines/loginAsAdmin/action",),
            ),
            Access(
                identity="group:engineers",
                scope="bastion",
                actions=("Microsoft.Network/bastionHosts/read",),
            ),
            Access(
                identity="group:engineers",
                scope="jump_box_nic",
                actions=("Microsoft.Network/networkInterfaces/read",),
            ),
        ),
        why="az network bastion ssh reads the machine, its network card and Bastion, then signs in",
        page=CONNECT,
        needs=("bastion", "jump_box"),
    ),
    Flow(
        id="jump-box-sign-in-extension",
        source=_JUMP_BOX,
        destination=Hosts(names=("packages.microsoft.com", "pas.windows.net")),
        why="The extension for sign-in with Entra ID installs its packages, and asks who may sign in",
        page=ENTRA_LOGIN,
        needs=("jump_box",),
    ),
    Flow(
        id="engineers-state",
        source=AzureService(name="whoever deploys first"),
        destination=AzureService(name="state store and its key"),
        access=(
            Access(
                identity="group:administrators",
                scope="state_store/blobServices/default/containers/pulumi-state",
                data_actions=("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",),
                by_bootstrap=True,
            ),
            Access(
                identity="group:administrators",
                scope="state_vault/keys/pulumi",
                data_actions=("Microsoft.KeyVault/vaults/keys/decrypt/action",),
                by_bootstrap=True,
            ),
        ),
        why="An owner of the subscription has no data actions, and can't read the state that it wrote",
        page="learn.microsoft.com/azure/role-based-access-control/role-definitions",
        needs=("state_store",),
    ),
    *_same_for_machines(),
    *_MACHINES,
)
