"""One cluster's objects, kept below the AKS cluster that the kubeconfig points to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.kubernetes.schemas import DEFAULT_VERSION, INSTANCE_TYPE, SECRETS_PROVIDER

GIVEN_NAMESPACES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_ML = "microsoft.azureml.kubernetes"
_CLUSTER_WIDE = frozenset(
    [
        "APIService",
        "CSIDriver",
        "CSINode",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterWorkflowTemplate",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "InstanceType",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    ]
)


def namespaced(kind: str) -> bool:
    return kind not in _CLUSTER_WIDE


class Cluster:
    """Where objects live; found by the API server's host in a kubeconfig."""

    def __init__(self, subscription: Subscription, kubeconfig: str | None) -> None:
        self.subscription = subscription
        self.host = _host(kubeconfig)
        self.aks = self._aks()

    def _aks(self) -> Resource | None:
        if self.host is None:
            return None
        for one in self.subscription.of_kind("Microsoft.ContainerService/managedClusters"):
            if self.host in {one.outputs.get("privateFQDN"), one.outputs.get("fqdn")}:
                return one
        return None

    def require(self) -> None:
        """An API server that no cluster has can't be reached."""
        if self.host is not None and self.aks is None and self.host.endswith(".azmk8s.io"):
            self.aks = self._aks()
            if self.aks is None:
                raise ArmError(
                    503,
                    "Unreachable",
                    f"dial tcp: lookup {self.host}: no such host; no modelled cluster has it.",
                )

    @property
    def root(self) -> str:
        return f"{self.aks.id}/kubernetes" if self.aks else f"/kubernetes/{self.host or 'default'}"

    @property
    def version(self) -> str:
        return (
            str(self.aks.inputs.get("kubernetesVersion") or DEFAULT_VERSION) if self.aks else DEFAULT_VERSION
        )

    def id(self, api: str, kind: str, namespace: str, name: str) -> str:
        return f"{self.root}/{api.replace('/', '!')}/{kind}/{namespace or '-'}/{name}"

    def has_namespace(self, name: str) -> bool:
        return (
            name in GIVEN_NAMESPACES
            or self.subscription.get(self.id("v1", "Namespace", "", name)) is not None
        )

    def has_type(self, api: str, kind: str) -> bool:
        """Whether a custom type is installed: by a definition, a release, the ML extension or an add-on."""
        if self.subscription.get(self._type_id(api, kind)) is not None:
            return True
        if self.aks is None:
            return False
        if (api, kind) == INSTANCE_TYPE:
            return any(
                str(one.inputs.get("extensionType", "")).lower() == _ML
                for one in self.subscription.below(self.aks.id)
            )
        addons: Any = self.aks.inputs.get("addonProfiles") or {}
        return (api, kind) == SECRETS_PROVIDER and bool(
            (addons.get("azureKeyvaultSecretsProvider") or {}).get("enabled")
        )

    def add_type(self, api: str, kind: str) -> None:
        identifier = self._type_id(api, kind)
        if self.subscription.get(identifier) is None:
            self.subscription.put(Resource(id=identifier, token="kubernetes:type", kind="kubernetes/type"))

    def _type_id(self, api: str, kind: str) -> str:
        return f"{self.root}/types/{api.replace('/', '!')}/{kind}"


def _host(kubeconfig: str | None) -> str | None:
    """The API server's host of the current context; a path to a file works too."""
    if not kubeconfig:
        return None
    text = kubeconfig
    if "\n" not in text and not text.lstrip().startswith("{") and Path(text).is_file():
        text = Path(text).read_text()
    content = yaml.safe_load(text)
    if not isinstance(content, dict):
        return None
    contexts = {one.get("name"): one.get("context") or {} for one in content.get("contexts") or []}
    wanted = (contexts.get(content.get("current-context")) or {}).get("cluster")
    for one in content.get("clusters") or []:
        if wanted in {None, one.get("name")}:
            server = str((one.get("cluster") or {}).get("server", ""))
            return re.sub(r"^https?://|:\d+.*$|/.*$", "", server) or None
    return None
