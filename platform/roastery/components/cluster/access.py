"""How this program signs in to the cluster's API server: Entra ID through kubelogin, no certificate."""

from __future__ import annotations

import base64
import json
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as k8s
import yaml
from pulumi_azure_native import containerservice as aks

# The Entra application of every AKS API server.
SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630"
ClusterProvider = k8s.Provider
Login = Literal["azurecli", "workloadidentity", "msi"]


def kubeconfig(encoded: str, login: Login) -> str:
    """The cluster's own kubeconfig with kubelogin as its sign-in.

    Args:
        encoded: base64, as `listManagedClusterUserCredentials` answers.
        login: how kubelogin gets its token on the machine that runs this program.
    """
    config: dict[str, Any] = yaml.safe_load(base64.b64decode(encoded))
    for user in config["users"]:
        user["user"] = {
            "exec": {
                "apiVersion": "client.authentication.k8s.io/v1beta1",
                "command": "kubelogin",
                "args": ["get-token", "--login", login, "--server-id", SERVER_ID],
                "interactiveMode": "Never",
                "provideClusterInfo": False,
            }
        }
    return json.dumps(config)


def provider(
    group: pulumi.Input[str], cluster: pulumi.Input[str], login: Login, parent: pulumi.Resource
) -> k8s.Provider:
    """Declares a Kubernetes provider for the cluster."""
    credentials = aks.list_managed_cluster_user_credentials_output(
        resource_group_name=group, resource_name=cluster
    )
    config = credentials.apply(lambda result: kubeconfig((result.kubeconfigs or [])[0].value, login))
    return k8s.Provider(
        "aks",
        kubeconfig=pulumi.Output.secret(config),
        enable_server_side_apply=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )
