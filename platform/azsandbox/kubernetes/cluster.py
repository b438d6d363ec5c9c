"""One cluster's objects, stored below the AKS cluster that the kubeconfig points to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError
from azsandbox.kubernetes import addons
from azsandbox.kubernetes.schemas import DEFAULT_VERSION, INSTANCE_TYPE, SECRETS_PROVIDER
from azsandbox.kubernetes.validation.field import Field
from azsandbox.schema.values import reveal

INITIAL_NAMESPACES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_ML = "microsoft.azureml.kubernetes"
_CLUSTER_SCOPED = frozenset(
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
    return kind not in _CLUSTER_SCOPED


class Cluster:
    """The cluster of a kubeconfig: the AKS cluster that has the API server's host name."""

    def __init__(self, subscription: Subscription, kubeconfig: str | None) -> None:
        self.subscription = subscription
        self.host = _host(kubeconfig)
        self.aks = self._aks()

    def _aks(self) -> Resource | None:
        if self.host is None:
            return None
        for cluster in self.subscription.of_kind("Microsoft.ContainerService/managedClusters"):
            if self.host in {cluster.outputs.get("privateFQDN"), cluster.outputs.get("fqdn")}:
                return cluster
        return None

    @property
    def exists(self) -> bool:
        """Whether a cluster in the sandbox has the kubeconfig's API server, unless that is not one of AKS."""
        if self.host is not None and self.aks is None and self.host.endswith(".azmk8s.io"):
            self.aks = self._aks()
            return self.aks is not None
        return True

    def require(self) -> None:
        """Raise ArmError if no cluster in the sandbox has the kubeconfig's API server."""
        if not self.exists:
            raise ArmError(
                503,
                "Unreachable",
                f"dial tcp: lookup {self.host}: no such host; no cluster in the sandbox has it.",
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
            name in INITIAL_NAMESPACES
            or self.subscription.get(self.id("v1", "Namespace", "", name)) is not None
        )

    def has_type(self, api: str, kind: str) -> bool:
        """Whether a custom type is installed: by a definition, a release, an extension or an add-on."""
        if self.subscription.get(self._type_id(api, kind)) is not None:
            return True
        if self.aks is None:
            return api.rpartition("/")[0] in addons.ALWAYS
        extensions = {
            str(resource.inputs.get("extensionType")).lower()
            for resource in self.subscription.below(self.aks.id)
            if resource.inputs.get("extensionType")
        }
        if (api, kind) == INSTANCE_TYPE:
            return _ML in extensions
        profiles: Any = self.aks.inputs.get("addonProfiles")
        if (api, kind) == SECRETS_PROVIDER:
            provider = profiles.get("azureKeyvaultSecretsProvider") if isinstance(profiles, dict) else None
            return isinstance(provider, dict) and bool(provider.get("enabled"))
        return addons.installs(api.rpartition("/")[0], self.aks.inputs, extensions)

    def definition(self, api: str, kind: str) -> dict[str, Any] | None:
        """The schema of a custom type whose definition is in the cluster."""
        for resource in self.subscription.of_kind("kubernetes/CustomResourceDefinition"):
            schema = schemas_of(reveal(resource.inputs)).get((api, kind))
            if schema is not None and resource.id.startswith(f"{self.root}/"):
                return schema
        return None

    def labels(self, namespace: str) -> Any:
        """The labels of a namespace."""
        resource = self.subscription.get(self.id("v1", "Namespace", "", namespace))
        metadata: Any = reveal(resource.inputs).get("metadata") if resource is not None else None
        return metadata.get("labels") if isinstance(metadata, dict) else None

    def objects(self, api: str, kind: str, namespace: str) -> list[dict[str, Any]]:
        """The objects of a kind in a namespace."""
        prefix = self.id(api, kind, namespace, "")
        resources = self.subscription.of_kind(f"kubernetes/{kind}")
        return [reveal(resource.inputs) for resource in resources if resource.id.startswith(prefix)]

    def in_namespace(self, namespace: str) -> list[dict[str, Any]]:
        """All objects in a namespace."""
        marker = f"/{namespace}/"
        return [
            reveal(resource.inputs)
            for resource in self.subscription.below(self.root)
            if marker in resource.id.removeprefix(self.root) and resource.inputs.get("kind")
        ]

    def add_type(self, api: str, kind: str) -> None:
        identifier = self._type_id(api, kind)
        if self.subscription.get(identifier) is None:
            self.subscription.put(Resource(id=identifier, token="kubernetes:type", kind="kubernetes/type"))

    def _type_id(self, api: str, kind: str) -> str:
        return f"{self.root}/types/{api.replace('/', '!')}/{kind}"


def schemas_of(definition: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """The schemas of a custom resource definition, by apiVersion and kind."""
    spec = Field(definition)["spec"]
    group, kind = spec["group"].text, spec["names"]["kind"].text
    return {
        (f"{group}/{version['name'].text}", kind): version["schema"]["openAPIV3Schema"].value
        for version in spec["versions"].items()
        if not version["schema"]["openAPIV3Schema"].unknown
    }


def _host(kubeconfig: str | None) -> str | None:
    """The API server's host name in the current context of a kubeconfig, or of a path to one."""
    if not kubeconfig:
        return None
    text = kubeconfig
    if "\n" not in text and not text.lstrip().startswith("{") and Path(text).is_file():
        text = Path(text).read_text()
    content = yaml.safe_load(text)
    if not isinstance(content, dict):
        return None
    contexts = {
        context.get("name"): context.get("context") or {} for context in content.get("contexts") or []
    }
    name = (contexts.get(content.get("current-context")) or {}).get("cluster")
    for cluster in content.get("clusters") or []:
        if name in {None, cluster.get("name")}:
            server = str((cluster.get("cluster") or {}).get("server", ""))
            return re.sub(r"^https?://|:\d+.*$|/.*$", "", server) or None
    return None
