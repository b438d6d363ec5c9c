"""The kubeconfigs that AKS hands out; their tokens are derived on every call, never stored."""

from __future__ import annotations

import base64

import yaml

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.services import kinds
from azsandbox.services.lookup import resource_in_group

_ENTRA_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"  # AKS's Entra application, the same in every tenant


def _cluster(subscription: Subscription, arguments: Values, scope: str) -> Resource:
    path = f"{kinds.MANAGED_CLUSTER}/{arguments['resourceName']}"
    return resource_in_group(subscription, arguments, scope, path)


def user_credentials(subscription: Subscription, arguments: Values, scope: str) -> Values:
    cluster = _cluster(subscription, arguments, scope)
    profile = cluster.inputs.get("aadProfile") or {}
    if not profile.get("managed"):
        return _credentials("clusterUser", subscription, cluster, _token(subscription, cluster, "user"))
    tenant = profile.get("tenantID") or arguments["tenantId"]
    kubelogin = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "kubelogin",
            "args": [
                "get-token",
                "--environment",
                "AzurePublicCloud",
                "--server-id",
                _ENTRA_SERVER,
                "--tenant-id",
                tenant,
                "--login",
                "devicecode",
            ],
            "provideClusterInfo": False,
        }
    }
    return _credentials("clusterUser", subscription, cluster, kubelogin)


def admin_credentials(subscription: Subscription, arguments: Values, scope: str) -> Values:
    cluster = _cluster(subscription, arguments, scope)
    if cluster.inputs.get("disableLocalAccounts"):
        raise ArmError(
            400,
            "BadRequest",
            f"Getting static credential is not allowed because cluster '{cluster.name}' is set to "
            "disable local accounts.",
        )
    return _credentials("clusterAdmin", subscription, cluster, _token(subscription, cluster, "admin"))


def _token(subscription: Subscription, cluster: Resource, account: str) -> Values:
    return {"token": subscription.redactor.derive(f"{ids.key(cluster.id)}:{account}", 32).hex()}


def _kubeconfig(subscription: Subscription, cluster: Resource, user: Values) -> str:
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
            "users": [{"name": f"user_{name}", "user": user}],
            "preferences": {},
        }
    )


def _credentials(name: str, subscription: Subscription, cluster: Resource, user: Values) -> Values:
    kubeconfig = _kubeconfig(subscription, cluster, user)
    return {"kubeconfigs": [{"name": name, "value": base64.b64encode(kubeconfig.encode()).decode()}]}
