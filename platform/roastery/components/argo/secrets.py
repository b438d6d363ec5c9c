"""Secrets of Key Vault as files of a pod, and as Kubernetes secrets, which is all that Argo Events reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta import v1 as meta


@dataclass(frozen=True, kw_only=True)
class SecretClass:
    """Which secrets a pod gets, and as which identity it reads them.

    Args:
        name: of the class.
        vault: name of the vault.
        tenant: of the vault.
        client_id: of the identity that the pod's service account acts as.
        files: names of secrets in the vault; each becomes a file of that name.
        synced: keys of a Kubernetes secret, by name in the vault.
        synced_name: name of that secret; by default that of the class.
    """

    name: str
    vault: pulumi.Input[str]
    tenant: str
    client_id: pulumi.Input[str]
    files: Sequence[str]
    synced: Mapping[str, str] = field(default_factory=dict[str, str])
    synced_name: str | None = None


def declare_secret_class(
    secrets: SecretClass, namespace: pulumi.Input[str], provider: k8s.Provider, parent: pulumi.Resource
) -> CustomResource:
    """Declares the class, for the driver that AKS installs (`azureKeyvaultSecretsProvider`).

    Args:
        secrets: what it is.
        namespace: of the pods that mount it.
        provider: of the cluster.
        parent: the component that it belongs to.

    Source: learn.microsoft.com/azure/aks/csi-secrets-store-identity-access, workload identity.
    """
    objects = "array:\n" + "".join(
        f"  - |\n    objectName: {name}\n    objectType: secret\n" for name in secrets.files
    )
    spec: dict[str, Any] = {
        "provider": "azure",
        "parameters": {
            "usePodIdentity": "false",
            "useVMManagedIdentity": "false",
            "clientID": secrets.client_id,
            "keyvaultName": secrets.vault,
            "tenantId": secrets.tenant,
            "objects": objects,
        },
    }
    if secrets.synced:
        data = [{"objectName": name, "key": key} for name, key in secrets.synced.items()]
        name = secrets.synced_name or secrets.name
        spec["secretObjects"] = [{"secretName": name, "type": "Opaque", "data": data}]
    return CustomResource(
        f"secrets-{secrets.name}",
        api_version="secrets-store.csi.x-k8s.io/v1",
        kind="SecretProviderClass",
        metadata=meta.ObjectMetaArgs(name=secrets.name, namespace=namespace),
        spec=spec,
        opts=pulumi.ResourceOptions(parent=parent, provider=provider),
    )
