"""What Azure ML refuses about compute in its workspace, above all about attaching an AKS cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.authorization.assignments import missing_actions
from azsandbox.services.kubernetesconfiguration.rules import AZURE_ML_EXTENSION, extension_type
from azsandbox.services.machinelearningservices.rules.reading import at, items, section, text

# What Azure ML does with the cluster, by the built-in role that allows it:
# learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace#prerequisites
_REQUIRED_ACTIONS = {
    "Kubernetes Extension Contributor": (
        "Microsoft.KubernetesConfiguration/extensions/read",
        "Microsoft.KubernetesConfiguration/extensions/write",
    ),
    "Azure Kubernetes Service Cluster Admin Role": (
        "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
        "Microsoft.ContainerService/managedClusters/read",
    ),
}
_TRUSTED_ACCESS = "microsoft.containerservice/managedclusters/trustedaccessrolebindings"
_ML_WORKLOAD = "microsoft.machinelearningservices/workspaces/mlworkload"
_MANAGED = frozenset({"AmlCompute", "ComputeInstance"})
_NOT_ISOLATED = (None, "", "Disabled")
# computeType → what its resourceId is
_ATTACHES = {
    "Kubernetes": ("microsoft.containerservice/managedclusters", "microsoft.kubernetes/connectedclusters"),
    "VirtualMachine": ("microsoft.compute/virtualmachines",),
    "HDInsight": ("microsoft.hdinsight/clusters",),
    "Databricks": ("microsoft.databricks/workspaces",),
    "DataFactory": ("microsoft.datafactory/factories",),
    "SynapseSpark": ("microsoft.synapse/workspaces/bigdatapools",),
}


def kind_is_supported(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict):
        if properties is None or isinstance(properties, list | str):
            yield Problem("properties", "is required", code="required")
    elif properties.get("computeType") == "AKS":
        yield Problem(
            "properties.computeType",
            "is AKS, a legacy type that Azure ML refuses: attach the cluster as Kubernetes",
        )


def attached_cluster_is_named(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict) or properties.get("computeType") != "Kubernetes":
        return
    if properties.get("resourceId") is None:
        yield Problem("properties.resourceId", "is required: the cluster's ARM id", code="required")
    settings = properties.get("properties")
    if not (isinstance(settings, dict) and settings.get("namespace")):
        yield Problem(
            "properties.properties.namespace",
            "is missing: jobs would run in the namespace 'default'",
            warning=True,
        )


def attached_resource_is_of_the_kind(inputs: Values) -> Iterator[Problem]:
    kind, identifier = (text(at(inputs, f"properties.{name}")) for name in ("computeType", "resourceId"))
    allowed = _ATTACHES.get(kind or "")
    if not allowed or not identifier:
        return
    if not ids.looks_like_id(identifier):
        yield Problem("properties.resourceId", f"{identifier!r} is not an ARM id")
    elif ids.parse(identifier).kind.lower() not in allowed:
        yield Problem(
            "properties.resourceId",
            f"is a {ids.parse(identifier).kind}, but a compute of type {kind} attaches a "
            f"{' or a '.join(allowed)}",
        )


# with the subscription


def _attached_cluster(request: Request) -> str | None:
    """The id of the AKS cluster that the request attaches."""
    identifier = text(request.at("properties.resourceId"))
    if request.at("properties.computeType") != "Kubernetes" or identifier is None:
        return None
    return identifier if "/managedclusters/" in identifier.lower() else None


def cluster_has_azure_ml_extension(request: Request) -> None:
    cluster = _attached_cluster(request)
    if cluster is None:
        return
    for resource in request.subscription.below(cluster):
        if resource.kind.endswith("/extensions") and extension_type(resource.inputs) == AZURE_ML_EXTENSION:
            return
    raise ArmError(
        400,
        "BadRequest",
        f"Cluster '{cluster}' has no Azure ML extension (Microsoft.AzureML.Kubernetes).",
    )


def cluster_in_region_of_workspace(request: Request) -> None:
    cluster = _attached_cluster(request)
    if cluster is None:
        return
    cluster_region = _region(request.subscription.get(cluster))
    workspace_region = _region(request.parent)
    if workspace_region != cluster_region:
        raise ArmError(
            400,
            "BadRequest",
            f"Cluster '{cluster}' is in {cluster_region}, but the workspace is in {workspace_region}: they "
            "must be in one region.",
        )


def _region(resource: Resource | None) -> str:
    return regions.canonical(str(resource.inputs.get("location", ""))) if resource else ""


def _missing_roles(request: Request, principals: Collection[str]) -> list[str]:
    """The roles on the cluster that these identities of the workspace lack."""
    cluster = _attached_cluster(request)
    return [
        role
        for role, actions in sorted(_REQUIRED_ACTIONS.items())
        if cluster and principals and missing_actions(request.subscription, principals, cluster, actions)
    ]


def _identity(request: Request) -> Values:
    identity = request.parent.outputs.get("identity") if request.parent else None
    return identity if isinstance(identity, dict) else {}


def workspace_identity_may_attach(request: Request) -> None:
    """A user-assigned identity needs its roles before; the system-assigned one gets them by the attach."""
    identity = _identity(request)
    if identity.get("principalId") or request.existing is not None:
        return
    assigned = section(identity.get("userAssignedIdentities")).values()
    principals = {str(item.get("principalId")) for item in assigned if isinstance(item, dict)}
    missing = _missing_roles(request, principals)
    if missing:
        raise ArmError(
            403,
            "AuthorizationFailed",
            f"The workspace's user-assigned identity lacks the role(s) {', '.join(missing)} on "
            f"'{_attached_cluster(request)}' that attaching needs.",
        )


def attach_assigns_roles(request: Request) -> Iterator[Problem]:
    principal = _identity(request).get("principalId")
    missing = _missing_roles(request, {str(principal)}) if principal and request.existing is None else []
    if missing:
        yield Problem(
            "properties.resourceId",
            f"the workspace's identity lacks {', '.join(missing)} on the cluster: the attach assigns them, "
            "if whoever attaches may assign roles (how-to-attach-kubernetes-to-workspace)",
            warning=True,
        )


def cluster_trusts_the_workspace(request: Request) -> Iterator[Problem]:
    """Without local accounts Azure ML uses Trusted Access, which it sets up itself by newer text.

    Sources: Azure/AML-Kubernetes, docs/azureml-aks-ta-support.md (older: made by hand before the attach;
    newer: made by the attach); how-to-deploy-kubernetes-extension still says that it is not supported.
    """
    cluster = _attached_cluster(request)
    resource = request.subscription.get(cluster) if cluster else None
    if cluster is None or resource is None or request.parent is None or request.existing is not None:
        return
    workspace = ids.key(request.parent.id)
    trusted = any(
        other.kind.lower() == _TRUSTED_ACCESS
        and ids.key(str(other.inputs.get("sourceResourceId"))) == workspace
        and any(str(role).lower() == _ML_WORKLOAD for role in items(other.inputs.get("roles")))
        for other in request.subscription.below(cluster)
    )
    if resource.inputs.get("disableLocalAccounts") is True and not trusted:
        yield Problem(
            "properties.resourceId",
            "has no local accounts and no trusted access role binding "
            "Microsoft.MachineLearningServices/workspaces/mlworkload for this workspace: the attach makes "
            "one where the feature is deployed, else it fails (AML-Kubernetes, azureml-aks-ta-support)",
            warning=True,
        )


def managed_compute_fits_the_network(request: Request) -> None:
    """Limitations of "Workspace managed virtual network isolation"; "Create a compute instance"."""
    kind = request.at("properties.computeType")
    if kind not in _MANAGED:
        return
    workspace = request.parent
    isolated = (
        workspace is not None and at(workspace.inputs, "managedNetwork.isolationMode") not in _NOT_ISOLATED
    )
    settings = section(request.at("properties.properties"))
    region = regions.canonical(str(request.at("location") or request.at("properties.computeLocation") or ""))
    elsewhere = bool(region) and workspace is not None and region != _region(workspace)
    if elsewhere and (isolated or kind == "ComputeInstance"):
        reason = "the managed network of its workspace" if kind == "AmlCompute" else "its workspace"
        raise _refusal(
            f"Compute '{request.name}' is in {region}, but must be in the region of {reason}: "
            f"{_region(workspace)}."
        )
    if isolated and settings.get("subnet") is not None:
        raise _refusal(
            f"Compute '{request.name}' names a subnet, but its workspace has a managed network, in which all "
            "computes are: leave the subnet out."
        )
    if settings.get("enableNodePublicIp") is False and not isolated and settings.get("subnet") is None:
        raise _refusal(
            f"Compute '{request.name}' has enableNodePublicIp: false, which needs a subnet or a managed "
            "network."
        )


def size_is_unchanged(request: Request) -> None:
    if request.existing is None or request.at("properties.computeType") not in _MANAGED:
        return
    old, new = (
        text(at(values, "properties.properties.vmSize"))
        for values in (request.existing.inputs, request.inputs)
    )
    if old and new and old.lower() != new.lower():
        raise _refusal(
            f"The vmSize of compute '{request.name}' can't be changed from {old} to {new}: create another "
            "compute."
        )


def _refusal(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)
