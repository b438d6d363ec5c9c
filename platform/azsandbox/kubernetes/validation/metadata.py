"""The metadata of every object: names by kind, labels, annotations, finalizers, owners.

Sources: k8s.io/apimachinery pkg/api/validation/objectmeta.go; the name rules of each group's validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.kubernetes.validation import names
from azsandbox.kubernetes.validation.field import Check, Field, Problems
from azsandbox.kubernetes.validation.release import Release

_ANNOTATIONS_SIZE = 256 * 1024
_STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})
_PATH_SEGMENT = frozenset(
    ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "PodDisruptionBudget", "PodTemplate"]
)
_DNS_LABEL = frozenset({"Namespace", "StatefulSet"})
_CRON_JOB_NAME = 52  # the controller appends eleven characters
_DRIVER_NAME = 63
_HOSTNAME = frozenset({"Pod", "Deployment", "ReplicaSet", "ReplicationController", "Job", "CronJob"})


def _csi_driver(value: str) -> Iterator[str]:
    if len(value) > _DRIVER_NAME:
        yield f"must be no more than {_DRIVER_NAME} characters"
    yield from names.dns_subdomain(value.lower())


def name_check(kind: str, release: Release) -> Check:
    """What the name of an object of this kind has to match."""
    if kind in _PATH_SEGMENT:
        return names.path_segment
    if kind in _DNS_LABEL or (kind == "Service" and release.relaxed_service_names):
        return names.dns_label
    if kind == "Service":
        return names.dns_label_1035
    if kind in {"CSIDriver", "CSINode"}:
        return _csi_driver
    if kind in {"IPAddress", "ClusterTrustBundle"}:
        return names.path_segment
    return names.dns_subdomain


def validate(manifest: Field, kind: str, release: Release) -> Problems:
    """The metadata of an object."""
    metadata = manifest["metadata"]
    check = name_check(kind, release)
    name, prefix = metadata["name"], metadata["generateName"]
    if prefix.text:
        masked = prefix.text[:-2] + "a" if len(prefix.text) > 1 and prefix.text.endswith("-") else prefix.text
        for complaint in check(masked):
            yield prefix.invalid(complaint)
    if metadata.empty or (name.empty and prefix.empty):
        yield name.required("name or generateName is required")
    yield from name.matches(check) if name.text else ()
    if kind == "CronJob" and len(name.text) > _CRON_JOB_NAME:
        yield name.invalid(f"must be no more than {_CRON_JOB_NAME} characters")
    if kind in _HOSTNAME and name.text and not list(check(name.text)) and list(names.dns_label(name.text)):
        yield name.warning(
            "this is used in Pod names and hostnames, which can result in surprising behavior; a "
            "DNS label is "
            "recommended"
        )
    if metadata["namespace"].text:
        yield from metadata["namespace"].matches(names.dns_label)
    yield from labels(metadata["labels"])
    yield from _annotations(metadata["annotations"])
    yield from _finalizers(metadata["finalizers"])
    yield from _owners(metadata["ownerReferences"])


def labels(field: Field) -> Problems:
    """Keys are qualified names, values are short."""
    for name, value in field.entries():
        for complaint in names.qualified_name(name):
            yield value.invalid(complaint, name)
        yield from value.matches(names.label_value)


def _annotations(field: Field) -> Problems:
    size = 0
    for name, value in field.entries():
        size += len(name.encode()) + len(value.text.encode())
        for complaint in names.qualified_name(name.lower()):
            yield value.invalid(complaint, name)
    if size > _ANNOTATIONS_SIZE:
        yield field.too_long(_ANNOTATIONS_SIZE)


def template(field: Field) -> Problems:
    """The metadata of a pod template: the name does not matter."""
    yield from labels(field["labels"])
    yield from _annotations(field["annotations"])


def _finalizers(field: Field) -> Problems:
    for item in field.items():
        yield from item.matches(names.qualified_name)
        if item.text and "/" not in item.text and item.text not in _STANDARD_FINALIZERS:
            yield item.invalid("name is neither a standard finalizer name nor is it fully qualified")
    if {"orphan", "foregroundDeletion"} <= set(field.texts()):
        yield field.invalid("finalizer orphan and foregroundDeletion cannot be both set")


def _owners(field: Field) -> Problems:
    for owner in field.items():
        for name in ("apiVersion", "kind", "name", "uid"):
            yield from owner[name].need("must not be empty")
    controllers = [owner for owner in field.items() if owner["controller"].on]
    if len(controllers) > 1:
        yield field.invalid("Only one reference can have Controller set to true")
