"""What the API server does not let an update change.

Source: the `Validate…Update` functions of kubernetes pkg/apis/<group>/validation/validation.go. Pulumi
replaces the object for some of these fields (`azsandbox.kubernetes.replacement`), so that no update is
tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azsandbox.kubernetes.validation import quantities, volume_sources
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_IMMUTABLE = "field is immutable"
# Fields that can't change, with the value of an absent one.
_FIELDS: dict[str, dict[str, Any]] = {
    "CSIDriver": {"spec.attachRequired": True, "spec.volumeLifecycleModes": ["Persistent"]},
    "ClusterRoleBinding": {"roleRef": None},
    "DaemonSet": {"spec.selector": None},
    "Deployment": {"spec.selector": None},
    "EndpointSlice": {"addressType": None},
    "IngressClass": {"spec.controller": None},
    "Job": {
        "spec.completionMode": "NonIndexed", "spec.podFailurePolicy": None, "spec.backoffLimitPerIndex": None,
        "spec.managedBy": None, "spec.successPolicy": None, "spec.selector": None,
    },
    "PersistentVolume": {"spec.volumeMode": "Filesystem"},
    "PersistentVolumeClaim": {
        "spec.accessModes": None, "spec.selector": None, "spec.volumeMode": "Filesystem",
        "spec.dataSource": None, "spec.dataSourceRef": None,
    },
    "PriorityClass": {"value": 0, "preemptionPolicy": "PreemptLowerPriority"},
    "ReplicaSet": {"spec.selector": None},
    "ResourceQuota": {"spec.scopes": None},
    "RoleBinding": {"roleRef": None},
    "Secret": {"type": "Opaque"},
    "StatefulSet": {
        "spec.selector": None, "spec.serviceName": "", "spec.podManagementPolicy": "OrderedReady",
        "spec.volumeClaimTemplates": None,
    },
    "StorageClass": {
        "provisioner": None, "parameters": None, "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate",
    },
    "VolumeAttributesClass": {"driverName": None, "parameters": None},
}  # fmt: skip


def problems(old: dict[str, Any], new: dict[str, Any], version: str) -> Problems:
    """The changes that the API server refuses; an unknown new value is not a change yet."""
    before, after = Field(old), Field(new)
    kind = after["kind"].text
    for path, default in _FIELDS.get(kind, {}).items():
        if _differs(_at(before, path), _at(after, path), default):
            yield _at(after, path).invalid(_IMMUTABLE)
    special = _SPECIAL.get(kind)
    if special is not None:
        yield from special(before, after, Release.of(version))


def _at(field: Field, path: str) -> Field:
    for name in path.split("."):
        field = field[name]
    return field


def _differs(old: Field, new: Field, default: Any = None) -> bool:
    before = default if old.empty and not old.value else old.value
    after = default if new.empty and not new.value else new.value
    return "\\x00" not in repr((before, after)) and _plain(before) != _plain(after)


def _plain(value: Any) -> Any:
    """Without what an absent value means too."""
    if isinstance(value, dict):
        return {
            name: plain for name, item in value.items() if (plain := _plain(item)) not in (None, {}, [], "")
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _content(old: Field, new: Field, release: Release) -> Problems:
    """An immutable config map or secret."""
    del release
    if not old["immutable"].on:
        return
    detail = "field is immutable when `immutable` is set"
    if not new["immutable"].on and not new["immutable"].unknown:
        yield new["immutable"].forbidden(detail)
    for name in ("data", "binaryData", "stringData"):
        if _differs(old[name], new[name]):
            yield new[name].forbidden(detail)


def _job(old: Field, new: Field, release: Release) -> Problems:
    before, after = old["spec"], new["spec"]
    indexed = after["completionMode"].text == "Indexed"
    differs = _differs(before["completions"], after["completions"])
    if differs and not indexed:
        yield after["completions"].invalid(_IMMUTABLE)
    elif differs and after["completions"].number != after["parallelism"].number:
        yield after["completions"].invalid("can only be modified in tandem with spec.parallelism")
    free = before["suspend"].on and release.mutable_suspended_jobs
    if not free and _differs(before["template"]["spec"], after["template"]["spec"]):
        yield after["template"].invalid(_IMMUTABLE, "{…}")


def _claim(old: Field, new: Field, release: Release) -> Problems:
    del release
    before, after = old["spec"], new["spec"]
    detail = (
        "spec is immutable after creation except resources.requests and volumeAttributesClassName "
        "for bound claims"
    )
    for name in ("storageClassName", "volumeName"):
        if not before[name].empty and _differs(before[name], after[name]):
            yield after[name].forbidden(detail)
    path = ("resources", "requests", "storage")
    small, large = (quantities.of(_at(spec, ".".join(path))) for spec in (after, before))
    if small is not None and large is not None and small < large:
        yield _at(after, ".".join(path)).forbidden("field can not be less than status.capacity")


def _volume(old: Field, new: Field, release: Release) -> Problems:
    del release
    for name in volume_sources.IN_PERSISTENT_VOLUMES:
        if _differs(old["spec"][name], new["spec"][name]):
            yield new["spec"][name].forbidden("spec.persistentvolumesource is immutable after creation")
    if old["spec"]["nodeAffinity"].present and _differs(
        old["spec"]["nodeAffinity"], new["spec"]["nodeAffinity"]
    ):
        yield new["spec"]["nodeAffinity"].invalid(_IMMUTABLE, "{…}")


def _service(old: Field, new: Field, release: Release) -> Problems:
    del release
    before, after = old["spec"], new["spec"]
    if "ExternalName" in {before["type"].text, after["type"].text}:
        return
    address, changed = before["clusterIP"], after["clusterIP"]
    if address.text and changed.text and address.text != changed.text:
        yield changed.invalid("may not change once set")
    balanced = before["type"].text == after["type"].text == "LoadBalancer"
    if balanced and _differs(before["loadBalancerClass"], after["loadBalancerClass"]):
        yield after["loadBalancerClass"].invalid("may not change once set")


def _definition(old: Field, new: Field, release: Release) -> Problems:
    del release
    for path in ("spec.group", "spec.scope", "spec.names.kind", "spec.names.plural"):
        if _differs(_at(old, path), _at(new, path)):
            yield _at(new, path).invalid(_IMMUTABLE)
    versions = new["spec"]["versions"]
    names = {version["name"].text for version in versions.items()}
    for version in old["spec"]["versions"].items():
        stored = version["storage"].on and version["name"].text
        if stored and stored not in names and not versions.unknown:
            yield versions.invalid(
                f"missing {stored}, which was previously a storage version, and must remain in "
                f"spec.versions until "
                "a storage migration removes it from status.storedVersions",
                sorted(names),
            )


def _pod(old: Field, new: Field, release: Release) -> Problems:
    """Images, deadlines and added tolerations of a pod can change, nothing else."""
    del release
    before, after = (_without_mutable(pod["spec"]) for pod in (old, new))
    if _differs(Field(before), Field(after)):
        yield new["spec"].forbidden(
            "pod updates may not change fields other than `spec.containers[*].image`, "
            "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, `spec.tolerations` (only "
            "additions to "
            "existing tolerations), `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
            "previously negative)"
        )
    deadline, earlier = new["spec"]["activeDeadlineSeconds"], old["spec"]["activeDeadlineSeconds"].number
    if earlier is not None and deadline.number is not None and deadline.number > earlier:
        yield deadline.invalid("must be less than or equal to previous value")


def _without_mutable(spec: Field) -> Any:
    if not isinstance(spec.value, dict):
        return spec.value
    plain = {
        name: value
        for name, value in spec.value.items()
        if name not in {"activeDeadlineSeconds", "tolerations"}
    }
    for group in ("containers", "initContainers"):
        plain[group] = [
            {name: value for name, value in item.value.items() if name != "image"}
            if isinstance(item.value, dict)
            else item.value
            for item in spec[group].items()
        ]
    return plain


_SPECIAL: dict[str, Callable[[Field, Field, Release], Problems]] = {
    "ConfigMap": _content,
    "CustomResourceDefinition": _definition,
    "Job": _job,
    "PersistentVolume": _volume,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "Secret": _content,
    "Service": _service,
}
