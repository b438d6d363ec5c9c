"""The rules of each kind, by API group: `problems` is what the API server would refuse or warn about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azsandbox.kubernetes.validation import (
    autoscaling,
    configuration,
    definitions,
    endpoints,
    ingress,
    jobs,
    metadata,
    network_policies,
    pods,
    policy,
    quotas,
    rbac,
    services,
    storage,
    webhooks,
    workloads,
)
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release
from azsandbox.schema.validate import Problem


def _pod_template(manifest: Field, release: Release) -> Problems:
    yield from pods.template(manifest["template"], release)


_RULES: dict[tuple[str, str], Callable[[Field, Release], Problems]] = {
    ("", "ConfigMap"): configuration.config_map,
    ("", "LimitRange"): quotas.limit_range,
    ("", "Namespace"): configuration.namespace,
    ("", "PersistentVolume"): storage.persistent_volume,
    ("", "PersistentVolumeClaim"): storage.claim,
    ("", "Pod"): pods.pod,
    ("", "PodTemplate"): _pod_template,
    ("", "ReplicationController"): workloads.replication_controller,
    ("", "ResourceQuota"): quotas.quota,
    ("", "Secret"): configuration.secret,
    ("", "Service"): services.validate,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): webhooks.validate,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): webhooks.validate,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): definitions.validate,
    ("apps", "DaemonSet"): workloads.daemon_set,
    ("apps", "Deployment"): workloads.deployment,
    ("apps", "ReplicaSet"): workloads.replica_set,
    ("apps", "StatefulSet"): workloads.stateful_set,
    ("autoscaling", "HorizontalPodAutoscaler"): autoscaling.validate,
    ("batch", "CronJob"): jobs.cron_job,
    ("batch", "Job"): jobs.job,
    ("coordination.k8s.io", "Lease"): policy.lease,
    ("discovery.k8s.io", "EndpointSlice"): endpoints.slices,
    ("networking.k8s.io", "Ingress"): ingress.ingress,
    ("networking.k8s.io", "IngressClass"): ingress.ingress_class,
    ("networking.k8s.io", "NetworkPolicy"): network_policies.validate,
    ("policy", "PodDisruptionBudget"): policy.disruption_budget,
    ("rbac.authorization.k8s.io", "ClusterRole"): rbac.cluster_role,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): rbac.binding,
    ("rbac.authorization.k8s.io", "Role"): rbac.role,
    ("rbac.authorization.k8s.io", "RoleBinding"): rbac.binding,
    ("scheduling.k8s.io", "PriorityClass"): policy.priority_class,
    ("storage.k8s.io", "CSIDriver"): storage.driver,
    ("storage.k8s.io", "StorageClass"): storage.storage_class,
    ("storage.k8s.io", "VolumeAttributesClass"): storage.attributes_class,
}


def group_of(api: str) -> str:
    """`apps/v1` → `apps`; the group of `v1` has no name."""
    return api.rpartition("/")[0]


def problems(manifest: dict[str, Any], version: str) -> list[Problem]:
    """Everything that is wrong with an object, in the order of its fields.

    Args:
        manifest: the object; a value that a preview does not know is a text with a NUL.
        version: the Kubernetes version of the cluster, such as 1.34.
    """
    field, release = Field(manifest), Release.of(version)
    kind = field["kind"].text
    listed = list(metadata.validate(field, kind, release))
    rules = _RULES.get((group_of(field["apiVersion"].text), kind))
    if rules is not None:
        listed += rules(field, release)
    return list(dict.fromkeys(listed))
