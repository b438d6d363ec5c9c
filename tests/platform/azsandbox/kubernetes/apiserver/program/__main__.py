"""A namespace with a workload, its configuration and a secret."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as k8s

config = pulumi.Config()
restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
space = k8s.core.v1.Namespace("space", metadata={"name": "jobs", "labels": restricted})
inside = {"namespace": space.metadata.name}
settings = k8s.core.v1.ConfigMap("settings", metadata={"name": "settings", **inside}, data={"level": "info"})
secret = k8s.core.v1.Secret(
    "secret",
    metadata={"name": "secret", **inside},
    string_data={"password": config.require_secret("password")},
)
k8s.core.v1.ResourceQuota(
    "quota", metadata={"name": "quota", **inside}, spec={"hard": {"cpu": "1000m", "memory": "1024Mi"}}
)
container = {
    "name": "web",
    "image": "registry/web@sha256:0",
    "env_from": [
        {"config_map_ref": {"name": settings.metadata.name}},
        {"secret_ref": {"name": secret.metadata.name}},
    ],
    "security_context": {"allow_privilege_escalation": False, "capabilities": {"drop": ["ALL"]}},
}
pod = {
    "containers": [container],
    "security_context": {"run_as_non_root": True, "seccomp_profile": {"type": "RuntimeDefault"}},
}
web = k8s.apps.v1.Deployment(
    "web",
    metadata={"name": "web", **inside},
    spec={
        "replicas": config.require_int("replicas"),
        "selector": {"match_labels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod},
    },
)
pulumi.export("replicas", web.spec.replicas)
