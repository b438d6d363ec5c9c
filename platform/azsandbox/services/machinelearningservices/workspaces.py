"""The workspace and what is attached to it: compute, connections, datastores, network rules, endpoints."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, Reference, ResourceType, SoftDelete
from azsandbox.services.machinelearningservices import endpoints, rules

WORKSPACE = IN_GROUP + "Microsoft.MachineLearningServices/workspaces/{workspaceName}"
_IDENTITY = ("Microsoft.ManagedIdentity/userAssignedIdentities",)
_ENDPOINT_NAME = NameRule(
    r"[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]",
    "3 to 32 letters, digits and hyphens, a letter first, no hyphen last",
)
_WORKSPACE_NAME = NameRule(r"[a-zA-Z0-9][\w-]{2,32}", "3 to 33 letters, digits, _ and -")

PLACES = (
    ResourceType(
        token="azure-native:machinelearningservices:Workspace",
        path=WORKSPACE,
        name=_WORKSPACE_NAME,
        replace=("storageAccount", "keyVault", "hbiWorkspace", "encryption", "kind"),
        references=(
            Reference("storageAccount", ("Microsoft.Storage/storageAccounts",)),
            Reference("keyVault", ("Microsoft.KeyVault/vaults",)),
            Reference("applicationInsights", ("Microsoft.Insights/components",)),
            Reference("containerRegistry", ("Microsoft.ContainerRegistry/registries",)),
            Reference("primaryUserAssignedIdentity", _IDENTITY),
            Reference("identity.userAssignedIdentities[]", _IDENTITY),
        ),
        early=(rules.needs_its_parts, rules.network_is_one_way_early),
        rules=(rules.storage_fits, rules.network_is_one_way),
        outputs=rules.workspace_outputs,
        soft_delete=SoftDelete(
            days=14,
            code="Conflict",
            message="Soft-deleted workspace exists. Recover or purge the workspace '{name}', or wait "
            "{days} days "
            "(`roast sandbox reset` forgets it here).",
        ),
        claims=(
            documented(
                "needs an identity, storage, vault and Application Insights; the storage is neither "
                "premium nor hierarchical"
            ),
            documented("the managed network's isolation can't be turned off again"),
            documented("deleted softly: the name stays blocked for 14 days"),
            specified("storage, vault and encryption can't change"),
        ),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:WorkspaceConnection",
        path=WORKSPACE + "/connections/{connectionName}",
        name=_WORKSPACE_NAME,
        early=(rules.connection_fits,),
        outputs=rules.connection_outputs,
        claims=(
            documented(
                "a Snowflake target is a jdbc:snowflake address with db and warehouse, signed in to by "
                "user or service principal"
            ),
            documented("credentials come back empty"),
        ),
        deviations=("whether a connection of category Snowflake can still be made could not be confirmed",),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:Compute",
        path=WORKSPACE + "/computes/{computeName}",
        name=NameRule(
            r"(?!.*-\d+$)[a-zA-Z][a-zA-Z0-9-]{1,15}",
            "2 to 16 letters, digits and hyphens, a letter first, not ending in -<digits>",
        ),
        replace=("properties.computeType", "properties.resourceId"),
        references=(
            Reference("properties.resourceId", ("Microsoft.ContainerService/managedClusters",)),
            Reference("identity.userAssignedIdentities[]", _IDENTITY),
        ),
        early=(rules.compute_kind,),
        rules=(rules.cluster_is_ready,),
        outputs=lambda request: {
            "properties": {
                **request.inputs["properties"],
                "provisioningState": "Succeeded",
                "isAttachedCompute": True,
            }
        },
        claims=(
            documented("AKS attaches as Kubernetes; the legacy kind AKS is refused"),
            documented("the cluster has the Azure ML extension, and lies in the workspace's region"),
            documented("the workspace's identity has its two roles on the cluster"),
        ),
        deviations=("nothing checks that the namespace exists, as nothing does in Azure",),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:Datastore",
        path=WORKSPACE + "/datastores/{name}",
        name=NameRule(r"[a-z0-9_]{1,255}", "lower-case letters, digits and _"),
        rules=(rules.account_exists,),
        claims=(documented("its storage account and container exist"),),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:ManagedNetworkSettingsRule",
        path=WORKSPACE + "/outboundRules/{ruleName}",
        rules=(rules.network_is_managed,),
        claims=(documented("goes with a managed network that is on"),),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:OnlineEndpoint",
        path=WORKSPACE + "/onlineEndpoints/{endpointName}",
        name=_ENDPOINT_NAME,
        replace=("properties.authMode", "properties.compute"),
        references=(
            Reference("properties.compute", ("Microsoft.MachineLearningServices/workspaces/computes",)),
        ),
        early=(endpoints.traffic_adds_up,),
        rules=(endpoints.name_is_free, endpoints.traffic_has_deployments),
        outputs=endpoints.endpoint_outputs,
        claims=(
            documented("traffic adds up to 0 or 100 and names deployments that exist"),
            documented("the name is unique in its region"),
            assumed("another compute or way of signing in is a new endpoint"),
        ),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:OnlineDeployment",
        path=WORKSPACE + "/onlineEndpoints/{endpointName}/deployments/{deploymentName}",
        name=_ENDPOINT_NAME,
        replace=("properties.endpointComputeType",),
        early=(endpoints.deployment_fits,),
        rules=(endpoints.deployment_place,),
        claims=(
            documented("a Kubernetes deployment goes with an endpoint on Kubernetes"),
            documented("replicas are the SKU's capacity; an MLflow model needs 2 CPU and 4 GiB"),
        ),
    ),
)
