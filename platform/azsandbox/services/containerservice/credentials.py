"""Kubeconfigs, as AKS hands them out."""

from __future__ import annotations

import base64
from typing import Any

import yaml

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError

ENTRA_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"  # AKS's Entra application, the same in every tenant


def _cluster(subscription: Subscription, arguments: Values, scope: str) -> Resource:
    identifier = (
        f"{scope}/resourceGroups/{arguments['resourceGroupName']}/providers/Microsoft.ContainerService/managedClusters/"
        f"{arguments['resourceName']}"
    )
    found = subscription.get(identifier)
    if found is None:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
    return found


def user(subscription: Subscription, arguments: Values, scope: str) -> Values:
    cluster = _cluster(subscription, arguments, scope)
    profile = cluster.inputs.get("aadProfile") or {}
    if not profile.get("managed"):
        return _answer("clusterUser", _config(subscription, cluster, _token(subscription, cluster, "user")))
    tenant = profile.get("tenantID") or arguments["tenantId"]
    signing_in = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "kubelogin",
            "args": [
                "get-token",
                "--environment",
                "AzurePublicCloud",
                "--server-id",
                ENTRA_SERVER,
                "--tenant-id",
                tenant,
                "--login",
                "devicecode",
            ],
            "provideClusterInfo": False,
        }
    }
    return _answer("clusterUser", _config(subscription, cluster, signing_in))


def admin(subscription: Subscription, arguments: Values, scope: str) -> Values:
    cluster = _cluster(subscription, arguments, scope)
    if cluster.inputs.get("disableLocalAccounts"):
        raise ArmError(
            400,
            "BadRequest",
            f"Getting static credential is not allowed because cluster '{cluster.name}' is set to "
            "disable local accounts.",
        )
    return _answer("clusterAdmin", _config(subscription, cluster, _token(subscription, cluster, "admin")))


def _token(subscription: Subscription, cluster: Resource, who: str) -> Values:
    return {"token": subscription.redactor.derive(f"{ids.key(cluster.id)}:{who}", 32).hex()}


def _config(subscription: Subscription, cluster: Resource, person: Any) -> str:
    host = cluster.outputs.get("privateFQDN") or cluster.outputs.get("fqdn")
    authority = base64.b64encode(subscription.redactor.derive(f"{ids.key(cluster.id)}:ca", 48)).decode()
    name = cluster.name
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {"server": f"https://{host}:443", "certificate-authority-data": authority},
                }
            ],
            "contexts": [{"name": name, "context": {"cluster": name, "user": f"user_{name}"}}],
            "current-context": name,
            "users": [{"name": f"user_{name}", "user": person}],
            "preferences": {},
        }
    )


def _answer(name: str, config: str) -> Values:
    return {"kubeconfigs": [{"name": name, "value": base64.b64encode(config.encode()).decode()}]}
