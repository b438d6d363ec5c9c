"""For which changes pulumi-kubernetes replaces an object instead of updating it.

Source: pulumi-kubernetes provider/pkg/provider/diff.go (forceNewProperties), read on 2026-12-01. Config
maps and secrets are replaced when their content changes, unless the provider is configured otherwise.
"""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]
_SOURCES = (
    "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc",
    "flexVolume", "flocker",
    "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk",
    "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
)  # fmt: skip
_POD = (
    "affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases",
    "hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName",
    "nodeSelector", "overhead",
    "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy",
    "runtimeClassName",
    "schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace",
    "subdomain", "terminationGracePeriodSeconds", "volumes",
)  # fmt: skip
_CONTAINER = (
    "args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports",
    "readinessProbe", "resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath",
    "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
)  # fmt: skip
_FIELDS: dict[str, tuple[str, ...]] = {
    "ClusterRoleBinding": ("roleRef",),
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "PersistentVolume": tuple(f"spec.{name}" for name in _SOURCES),
    "PersistentVolumeClaim": (
        "spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName",
    ),
    "Pod": (
        *(f"spec.{name}" for name in _POD),
        *(f"spec.{group}.{name}" for group in ("containers", "initContainers") for name in _CONTAINER),
    ),
    "ResourceQuota": ("spec.scopes",),
    "RoleBinding": ("roleRef",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": (
        "spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "StorageClass": ("parameters", "provisioner"),
}  # fmt: skip
_IDENTITY = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
_CONTENT = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}


def fields(new: Values, config: Values) -> frozenset[str]:
    """The paths whose change replaces the object.

    Args:
        new: the inputs.
        config: the provider's configuration.
    """
    kind = str(new.get("kind"))
    mutable = str(config.get(f"enable{kind}Mutable")).lower() == "true" and not new.get("immutable")
    content = () if mutable else _CONTENT.get(kind, ())
    return frozenset({*_IDENTITY, *_FIELDS.get(kind, ()), *content})
