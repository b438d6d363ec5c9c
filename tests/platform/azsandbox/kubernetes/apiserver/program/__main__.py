"""A namespace with a workload, its configuration and a secret."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

config = pulumi.Config()
restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
space = k8s.core.v1.Namespace("space", metadata={"name": "jobs", "labels": restricted})


def inside(name: str) -> Any:
    """The metadata of an object in the namespace."""
    return {"name": name, "namespace": space.metadata.name}


settings = k8s.core.v1.ConfigMap("settings", metadata=inside("settings"), data={"level": "info"})
secret = k8s.core.v1.Secret(
    "secret",
    metadata=inside("secret"),
    string_data={"password": config.require_secret("password")},
)
k8s.core.v1.ResourceQuota(
    "quota", metadata=inside("quota"), spec={"hard": {"cpu": "1000m", "memory": "1024Mi"}}
)
container: dict[str, Any] = {
    "name": "web",
    "image": "registry/web@sha256:0",
    "env_from": [
        {"config_map_ref": {"name": settings.metadata.name}},
        {"secret_ref": {"name": secret.metadata.name}},
    ],
    "security_context": {"allow_privilege_escalation": False, "capabilities": {"drop": ["ALL"]}},
}
pod: dict[str, Any] = {
    "containers": [container],
    "security_context": {"run_as_non_root": True, "seccomp_profile": {"type": "RuntimeDefault"}},
}
workload: Any = {
    "replicas": config.require_int("replicas"),
    "selector": {"match_labels": {"app": "web"}},
    "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
}
web = k8s.apps.v1.Deployment("web", metadata=inside("web"), spec=workload)
pulumi.export("replicas", web.spec.replicas)
