"""Kubernetes objects that every policy accepts."""

from __future__ import annotations

from typing import Any

from shared import DIGEST

RESOURCES = {
    "requests": {"cpu": "100m", "memory": "128Mi"},
    "limits": {"cpu": "1", "memory": "1Gi"},
}
HARDENED = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER: dict[str, Any] = {
    "name": "grinder",
    "image": f"crbeans.azurecr.io/grinder@{DIGEST}",
    "securityContext": HARDENED,
    "resources": RESOURCES,
}
WITHOUT_NAME = {key: value for key, value in CONTAINER.items() if key != "name"}


def _meta(name: str, namespace: str | None = "beans") -> dict[str, Any]:
    return {"name": name, **({"namespace": namespace} if namespace else {})}


def _object(kind: str, version: str, name: str, **more: Any) -> dict[str, Any]:
    namespace = more.pop("namespace", "beans")
    metadata = {**_meta(name, namespace), **more.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


POD = {"serviceAccountName": "roaster", "containers": [CONTAINER]}
LABELS = {"app": "grinder"}

KUBERNETES: dict[str, tuple[str, dict[str, Any]]] = {
    "namespace": (
        "core/v1:Namespace",
        _object(
            "Namespace",
            "v1",
            "beans",
            namespace=None,
            metadata={"labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
        ),
    ),
    "deny": (
        "networking.k8s.io/v1:NetworkPolicy",
        _object(
            "NetworkPolicy",
            "networking.k8s.io/v1",
            "deny",
            spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        ),
    ),
    "quota": ("core/v1:ResourceQuota", _object("ResourceQuota", "v1", "quota", spec={"hard": {"pods": "9"}})),
    "limits": (
        "core/v1:LimitRange",
        _object(
            "LimitRange", "v1", "limits", spec={"limits": [{"type": "Container", "default": {"cpu": "1"}}]}
        ),
    ),
    "chart": (
        "helm.sh/v3:Release",
        {
            "name": "argo-workflows",
            "namespace": "beans",
            "chart": "argo-workflows",
            "version": "1.0.18",
            "repositoryOpts": {"repo": "https://argoproj.github.io/argo-helm"},
            "values": {"server": {"authModes": ["client"], "secure": True}},
        },
    ),
    "rights": (
        "rbac.authorization.k8s.io/v1:Role",
        _object(
            "Role",
            "rbac.authorization.k8s.io/v1",
            "rights",
            rules=[{"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get"]}],
        ),
    ),
    "binding": (
        "rbac.authorization.k8s.io/v1:RoleBinding",
        _object(
            "RoleBinding",
            "rbac.authorization.k8s.io/v1",
            "binding",
            roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "rights"},
            subjects=[{"kind": "ServiceAccount", "name": "roaster", "namespace": "beans"}],
        ),
    ),
    "service": (
        "core/v1:Service",
        _object(
            "Service",
            "v1",
            "service",
            spec={"type": "ClusterIP", "selector": LABELS, "ports": [{"port": 443}]},
        ),
    ),
    "pod": (
        "apps/v1:Deployment",
        _object(
            "Deployment",
            "apps/v1",
            "pod",
            spec={
                "replicas": 1,
                "selector": {"matchLabels": LABELS},
                "template": {"metadata": {"labels": LABELS}, "spec": POD},
            },
        ),
    ),
    "workflow": (
        "argoproj.io/v1alpha1:WorkflowTemplate",
        _object(
            "WorkflowTemplate",
            "argoproj.io/v1alpha1",
            "workflow",
            spec={
                "entrypoint": "main",
                "serviceAccountName": "roaster",
                "templates": [{"name": "main", "container": WITHOUT_NAME}],
            },
        ),
    ),
}
