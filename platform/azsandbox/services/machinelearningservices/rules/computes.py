"""What Azure ML refuses about compute, above all about attaching an AKS cluster."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import regions
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.authorization.assignments import missing_actions
from azsandbox.services.kubernetesconfiguration.rules import AZURE_ML_EXTENSION, extension_type

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


def kind_is_supported(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict):
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


def _attached_cluster(request: Request) -> str | None:
    """The id of the cluster that the request attaches."""
    if request.at("properties.computeType") != "Kubernetes":
        return None
    return str(request.at("properties.resourceId"))


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


def workspace_identity_may_attach(request: Request) -> None:
    cluster, workspace = _attached_cluster(request), request.parent
    if cluster is None or request.existing is not None:
        return
    principal = ((workspace.outputs.get("identity") or {}) if workspace else {}).get("principalId")
    if not principal:
        return
    missing = [
        role
        for role, actions in sorted(_REQUIRED_ACTIONS.items())
        if missing_actions(request.subscription, {str(principal)}, cluster, actions)
    ]
    if missing:
        raise ArmError(
            403,
            "AuthorizationFailed",
            f"The workspace's identity {principal} lacks the role(s) {', '.join(missing)} on '{cluster}' "
            "that attaching needs.",
        )
