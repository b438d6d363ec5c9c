"""What Azure Machine Learning demands of the network of a Kubernetes cluster, and of the cluster itself.

The page is "Configure inbound and outbound network traffic" of 2026-03-19, and each flow is a line of it that
holds for Kubernetes compute with images that are built before. What does not hold, and has no flow:
AzureMachineLearning to port 44224 (compute with a public address); BatchNodeManagement, and the ports 8787,
18881 and 5831 (compute instances and clusters, which this platform does not have); AzureFrontDoor.FrontEnd
(the studio in a browser, and AutoML); pypi.org and Ubuntu's hosts (environments that are built in a job).
"""

from __future__ import annotations

from roastery.flows.model import (
    Access,
    ApiServer,
    AzureService,
    Destination,
    Flow,
    Present,
    Protocol,
    Resource,
    Source,
    Subnet,
    Tagged,
)
from roastery.flows.table import pods
from roastery.policies import tokens as t

PAGE = "learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall"
_KUBERNETES = f"{PAGE}#scenario-use-kubernetes-compute"
_IN_CLUSTER = f"{PAGE}#in-cluster-communication-requirements"
_ENDPOINT = "learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint"
_AKS = "AzureKubernetesService"
# What the page says that azureml-fe opens for the extension's own pods.
ROUTER_PORTS = (11001, 12001, 12101, 12201, 20000, 8000, 8001, 9001)


def _out(
    id_: str, source: Source, destination: Destination, why: str, ports: tuple[int, ...] = (443,)
) -> Flow:
    return Flow(
        id=id_,
        source=source,
        destination=destination,
        ports=ports,
        why=why,
        page=_KUBERNETES,
        needs=("extension",),
    )


def _inside(
    id_: str,
    source: Source,
    destination: Destination,
    *ports: int,
    why: str,
    protocol: Protocol = "Tcp",
) -> Flow:
    return Flow(
        id=id_,
        source=source,
        destination=destination,
        ports=ports,
        protocol=protocol,
        why=why,
        page=_IN_CLUSTER,
        needs=("extension",),
    )


_OUTBOUND = (
    _out(
        "azureml-sign-in",
        pods.AZURE_ML,
        Tagged(tags=("AzureActiveDirectory",), hosts=("login.microsoftonline.com",), fqdn_tag=_AKS),
        "The extension gets tokens of Entra ID, and those of jobs and models through its identity proxy",
        (80, 443),
    ),
    _out(
        "azureml-resource-manager",
        pods.AZURE_ML,
        Tagged(tags=("AzureResourceManager",), hosts=("management.azure.com",), fqdn_tag=_AKS),
        "The extension reads its resources",
    ),
    _out(
        "azureml-images",
        Subnet(key="cluster"),
        Tagged(
            tags=("MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty"),
            hosts=("mcr.microsoft.com", "*.data.mcr.microsoft.com"),
            fqdn_tag=_AKS,
        ),
        "Images of the extension and of its router",
    ),
    _out(
        "azureml-service",
        pods.AZURE_ML,
        Tagged(
            tags=("AzureMachineLearning",),
            hosts=("{region}.api.azureml.ms", "{region}.experiments.azureml.net"),
        ),
        "The extension fetches jobs and deployments, and reports their state",
    ),
    _out(
        "azureml-workspace",
        pods.AZURE_ML,
        Resource(key="workspace", group="amlworkspace"),
        "The extension calls the workspace by its private name",
    ),
    _out(
        "azureml-storage",
        pods.AZURE_ML,
        Resource(key="storage", group="blob"),
        "The extension fetches scripts and models, and uploads logs and outputs",
    ),
    _out(
        "azureml-registry",
        Subnet(key="cluster"),
        Resource(key="registry", group="registry"),
        "Nodes pull the images of jobs and models",
    ),
    _out(
        "azureml-kusto",
        pods.AZURE_ML,
        Tagged(tags=("AzureCloud.{region}",), hosts=("*.kusto.windows.net",)),
        "The extension uploads its system logs",
    ),
    _out(
        "azureml-log-queues",
        pods.AZURE_ML,
        Tagged(tags=("Storage.{region}",), hosts=("*.table.core.windows.net", "*.queue.core.windows.net")),
        "System logs on their way to Kusto, in storage accounts of Microsoft",
    ),
)

_CLUSTER = (
    _inside(
        "azureml-api-server",
        pods.AZURE_ML,
        ApiServer(),
        443,
        why="The extension's components reach the API server",
    ),
    _inside(
        "azureml-components",
        pods.AZURE_ML,
        pods.AZURE_ML,
        *ROUTER_PORTS,
        why="The extension's components reach each other; the ports are those that azureml-fe opens",
    ),
    *(
        _inside(
            f"azureml-names-{protocol.lower()}",
            pods.AZURE_ML,
            pods.DNS,
            53,
            why="The extension's components ask kube-dns",
            protocol=protocol,
        )
        for protocol in ("Udp", "Tcp")
    ),
    # The page names no port of konnectivity-agent: 443 stands for any: no policy of ours selects them.
    _inside(
        "azureml-tunnel",
        pods.AZURE_ML,
        pods.TUNNEL,
        443,
        why="The extension's components and konnectivity-agent, the API server's way into the cluster",
    ),
    _inside(
        "azureml-router-models",
        pods.AZURE_ML,
        pods.JOBS,
        5001,
        why="azureml-fe hands requests to the pods of models",
    ),
    Flow(
        id="azureml-creates-pods",
        source=AzureService(name="the extension's controllers"),
        destination=AzureService(name="API server"),
        present=(
            Present(
                what="the admission policy by which nobody else starts pods that act as the jobs' identity",
                type="kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
                where={"spec.policyName": "roastery-jobs"},
            ),
        ),
        why="Whoever starts a pod in the namespace of jobs acts as their identity",
        page="learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication",
        needs=("extension",),
    ),
    _inside(
        "azureml-models-identity",
        pods.JOBS,
        pods.AZURE_ML,
        9999,
        why="Pods of models, and of jobs, get their identity's tokens from amlarc-identity-proxy",
    ),
)

_ROUTER = (
    *(
        Flow(
            id=f"endpoint-{key.replace('_', '-')}",
            source=Subnet(key=key),
            destination=Subnet(
                key="cluster"
            ),  # the router's load balancer has an address of the nodes' subnet
            present=(
                Present(
                    what="the router's certificate",
                    type="kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
                    where={
                        "metadata.namespace": "azureml",
                        "spec.secretObjects.secretName": "azureml-fe-tls",
                    },
                ),
                Present(
                    what="the router's certificate setting and host name",
                    type=t.EXTENSION,
                    where={
                        "configurationSettings.sslSecret": "azureml-fe-tls",
                        "configurationSettings.sslCname": "{endpoint}",
                    },
                ),
                Present(
                    what="the zone of the endpoint's host name",
                    type=t.ZONE_LINK,
                    where={"privateZoneName": "{endpoint}"},
                ),
                Present(
                    what="the record of the endpoint's host name",
                    type="azure-native:privatedns:PrivateRecordSet",
                    where={"privateZoneName": "{endpoint}"},
                ),
            ),
            why=why,
            page=_ENDPOINT,
            needs=("endpoint", key),
        )
        for key, why in (
            ("agents", "Pipelines call the endpoint after a deployment"),
            ("jump_box", "People try the endpoint"),
        )
    ),
    Flow(
        id="router-certificate",
        source=pods.mounting(pods.ROUTER_TLS),
        destination=Resource(key="vault", group="vault"),
        identity="router",
        access=(
            Access(
                identity="router",
                scope="secrets:router-tls",
                data_actions=("Microsoft.KeyVault/vaults/secrets/getSecret/action",),
            ),
        ),
        present=(
            Present(
                what="the pod whose mount makes the secret",
                type="kubernetes:apps/v1:Deployment",
                where={"spec.template.spec.volumes.csi.volumeAttributes.secretProviderClass": "router-tls"},
            ),
        ),
        why="The endpoint's certificate and key become a secret of the cluster",
        page="learn.microsoft.com/azure/aks/csi-secrets-store-identity-access",
        needs=("host:endpoint",),
    ),
)

FLOWS = (*_OUTBOUND, *_CLUSTER, *_ROUTER)
