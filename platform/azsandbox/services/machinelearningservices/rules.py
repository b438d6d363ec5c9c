"""What Azure ML refuses about workspaces, connections, compute and datastores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.roles import role_guid
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.kubernetesconfiguration.types import ML

_PARTS = ("storageAccount", "keyVault", "applicationInsights", "identity")
_OFF = (None, "", "Disabled")
_SNOWFLAKE = re.compile(r"jdbc:snowflake://[\w.-]+\.snowflakecomputing\.(com|cn)/?\?(.*)")
_SNOWFLAKE_AUTH = frozenset({"UsernamePassword", "ServicePrincipal"})
_ATTACH_ROLES = frozenset({"85cb6faf-e071-4c9b-8136-154b5a04f717", "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8"})


def needs_its_parts(inputs: Values) -> Iterator[Problem]:
    if str(inputs.get("kind", "Default")).lower() not in {"default", "hub"}:
        return
    for name in _PARTS:
        if inputs.get(name) is None:
            yield Problem(name, "is required for a workspace", code="required")
    if inputs.get("v1LegacyMode") is True:
        yield Problem("v1LegacyMode", "is true, which turns the current API off", warning=True)


def network_is_one_way_early(inputs: Values) -> Iterator[Problem]:
    network = inputs.get("managedNetwork")
    if isinstance(network, dict) and network.get("outboundRules") and network.get("isolationMode") in _OFF:
        yield Problem("managedNetwork.outboundRules", "go with an isolationMode other than Disabled")


def network_is_one_way(request: Request) -> None:
    if request.existing is None:
        return
    old = (request.existing.inputs.get("managedNetwork") or {}).get("isolationMode")
    new = request.at("managedNetwork.isolationMode")
    if old not in _OFF and new in _OFF:
        raise ArmError(
            400,
            "ValidationError",
            f"Managed network isolation '{old}' cannot be disabled once it is enabled.",
        )


def storage_fits(request: Request) -> None:
    account = request.subscription.get(str(request.inputs.get("storageAccount")))
    if account is None:
        return
    sku = str((account.inputs.get("sku") or {}).get("name", ""))
    if sku.startswith("Premium") or account.inputs.get("isHnsEnabled"):
        what = "premium" if sku.startswith("Premium") else "hierarchical (isHnsEnabled)"
        raise ArmError(
            400,
            "ValidationError",
            f"Storage account '{account.id}' is {what}: the workspace's default storage can't be.",
        )


def workspace_outputs(request: Request) -> Values:
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    identifier = identities.made_up("workspace", request.id)
    hosts = f"{identifier}.workspace.{region}.api.azureml.ms"
    return {
        "workspaceId": identifier,
        "discoveryUrl": f"https://{region}.api.azureml.ms/discovery",
        "mlFlowTrackingUri": f"azureml://{region}.api.azureml.ms/mlflow/v1.0{request.id}",
        "notebookInfo": {
            "fqdn": f"ml-{request.name}-{region}-{identifier}.{region}.notebooks.azure.net",
            "resourceId": identifier,
        },
        "tenantId": request.tenant,
        "storageHnsEnabled": False,
        "privateLinkCount": 0,
        "privateEndpointConnections": [],
        "serviceProvisionedResourceGroup": hosts,
    }


def connection_fits(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict) or properties.get("category") != "Snowflake":
        return
    kind = properties.get("authType")
    if isinstance(kind, str) and kind not in _SNOWFLAKE_AUTH:
        yield Problem(
            "properties.authType",
            f"{kind!r} does not go with Snowflake: {', '.join(sorted(_SNOWFLAKE_AUTH))} do",
        )
    target = properties.get("target")
    if not isinstance(target, str):
        return
    found = _SNOWFLAKE.fullmatch(target)
    if not found:
        yield Problem(
            "properties.target",
            f"{target!r} is not jdbc:snowflake://<account>.snowflakecomputing.com/?db=…&warehouse=…",
        )
        return
    query = parse_qs(found[2])
    for name in ("db", "warehouse"):
        if name not in query:
            yield Problem("properties.target", f"lacks {name}=")
    if kind == "ServicePrincipal" and "role" in query and "scope" not in query:
        yield Problem(
            "properties.target", "has role=, but with OAuth the role goes into scope=", warning=True
        )


def connection_outputs(request: Request) -> Values:
    kept = {key: value for key, value in request.inputs["properties"].items() if key != "credentials"}
    return {"properties": {**kept, "group": "Azure", "createdByWorkspaceArmId": ids.parent_of(request.id)}}


def compute_kind(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict):
        yield Problem("properties", "is required", code="required")
        return
    if properties.get("computeType") == "AKS":
        yield Problem(
            "properties.computeType",
            "is AKS, the legacy kind that Azure ML refuses: attach the cluster as Kubernetes",
        )
    if properties.get("computeType") == "Kubernetes" and properties.get("resourceId") is None:
        yield Problem("properties.resourceId", "is required: the cluster's ARM id", code="required")
    inner = properties.get("properties")
    if properties.get("computeType") == "Kubernetes" and not (
        isinstance(inner, dict) and inner.get("namespace")
    ):
        yield Problem(
            "properties.properties.namespace", "is missing: jobs would land in 'default'", warning=True
        )


def cluster_is_ready(request: Request) -> None:
    if request.at("properties.computeType") != "Kubernetes":
        return
    cluster = str(request.at("properties.resourceId"))
    found = request.subscription.get(cluster)
    extensions = [
        one
        for one in request.subscription.below(cluster)
        if one.kind.endswith("/extensions") and str(one.inputs.get("extensionType", "")).lower() == ML
    ]
    if not extensions:
        raise ArmError(
            400,
            "BadRequest",
            f"Cluster '{cluster}' has no Azure ML extension (Microsoft.AzureML.Kubernetes).",
        )
    workspace = request.parent
    here, there = (
        str(one.inputs.get("location", "")).replace(" ", "").lower() if one else ""
        for one in (workspace, found)
    )
    if here != there:
        raise ArmError(
            400,
            "BadRequest",
            f"Cluster '{cluster}' is in {there}, but the workspace is in {here}: they must share a region.",
        )
    principal = ((workspace.outputs.get("identity") or {}) if workspace else {}).get("principalId")
    if principal and request.existing is None:
        _has_roles(request, cluster, str(principal))


def _has_roles(request: Request, cluster: str, principal: str) -> None:
    held = {
        role_guid(str(one.inputs.get("roleDefinitionId")))
        for one in request.subscription.of_kind("Microsoft.Authorization/roleAssignments")
        if one.inputs.get("principalId") == principal
        and (ids.key(scope := ids.parse(one.id).scope) == ids.key(cluster) or ids.below(cluster, scope))
    }
    missing = sorted(_ATTACH_ROLES - held)
    if missing and not held & {
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    }:
        raise ArmError(
            403,
            "AuthorizationFailed",
            f"The workspace's identity {principal} lacks the role(s) {', '.join(missing)} on '{cluster}' "
            "that attaching needs.",
        )


def account_exists(request: Request) -> None:
    properties: Any = request.inputs["properties"]
    account = properties.get("accountName")
    if not account:
        return
    found = next(
        (
            one
            for one in request.subscription.of_kind("Microsoft.Storage/storageAccounts")
            if one.name == account
        ),
        None,
    )
    if found is None:
        raise ArmError(
            404,
            "ValidationError",
            f"Storage account '{account}' of datastore '{request.name}' was not found.",
        )


def network_is_managed(request: Request) -> None:
    workspace = request.parent
    mode = ((workspace.inputs.get("managedNetwork") or {}) if workspace else {}).get("isolationMode")
    if mode in _OFF:
        raise ArmError(
            400,
            "ValidationError",
            "Outbound rules need a managed network: the workspace's isolationMode is Disabled.",
        )
