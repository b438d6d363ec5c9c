"""Environment variables of a container and where their values come from.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom, validate*Selector).
"""

from __future__ import annotations

import re

from azsandbox.kubernetes.validation import names, quantities
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
VOLUME_FIELDS = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
)  # fmt: skip
# Fields of a pod that the downward API can convert at all.
_CONVERTIBLE = frozenset(
    {*_FIELDS, *VOLUME_FIELDS, "spec.restartPolicy", "spec.schedulerName", "status.phase", "spec.hostNetwork"}
)
_RESOURCES = tuple(
    f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "ephemeral-storage", "memory")
)
_HUGE_PAGES = ("requests.hugepages-", "limits.hugepages-")
_CPU_DIVISORS = frozenset(map(quantities.parse, ("1m", "1")))
_BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_BYTE_DIVISORS = frozenset(map(quantities.parse, _BYTES))
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef")


def variables(field: Field, release: Release) -> Problems:
    """`env`: each has a name, and a value or one source."""
    for variable in field.items():
        yield from variable["name"].named(names.environment_name)
        yield from _source(variable["valueFrom"], variable["value"], release)


def _source(field: Field, value: Field, release: Release) -> Problems:
    if not field.present or field.unknown:
        return
    sources = (*_SOURCES, "fileKeyRef") if release.environment_files else _SOURCES
    present = [name for name in sources if field[name].present]
    if isinstance(field.value, dict) and not present:
        listed = ", ".join(f"`{name}`" for name in sources[:-1])
        yield field.invalid(f"must specify one of: {listed} or `{sources[-1]}`", "")
    elif not value.empty and present:
        yield field.invalid("may not be specified when `value` is not empty", "")
    elif len(present) > 1:
        yield field.invalid("may not have more than one field specified at a time", "")
    yield from field_path(field["fieldRef"], _FIELDS)
    yield from resource_field(field["resourceFieldRef"], volume=False)
    for name in ("configMapKeyRef", "secretKeyRef"):
        if isinstance(field[name].value, dict):
            yield from _key(field[name])
    if isinstance(field["fileKeyRef"].value, dict):
        for name in ("key", "volumeName", "path"):
            yield from field["fileKeyRef"][name].need()


def _key(field: Field) -> Problems:
    """A key of a config map or secret."""
    name = field["name"]
    if name.empty:
        yield from (name.invalid(complaint, "") for complaint in names.dns_subdomain(""))
    else:
        yield from name.matches(names.dns_subdomain)
    yield from field["key"].named(names.config_key)


def field_path(field: Field, allowed: tuple[str, ...]) -> Problems:
    """A reference to a field of the pod, `metadata.labels['app']` included."""
    if not isinstance(field.value, dict):
        return
    path, version = field["fieldPath"], field["apiVersion"]
    if version.text not in {"", "v1"}:
        yield path.invalid(f"error converting fieldPath: unsupported pod version: {version.text}")
        return
    yield from path.need()
    if not path.text:
        return
    subscript = re.fullmatch(r"(.*)\['(.*)'\]", path.text)
    if subscript:
        if subscript[1] == "metadata.annotations":
            complaints = names.qualified_name(subscript[2].lower())
        elif subscript[1] == "metadata.labels":
            complaints = names.qualified_name(subscript[2])
        else:
            yield path.invalid(
                f"error converting fieldPath: field label does not support subscript: {path.text}"
            )
            return
        yield from (field.invalid(complaint, subscript[2]) for complaint in complaints)
    elif path.text not in _CONVERTIBLE:
        yield path.invalid(f"error converting fieldPath: field label not supported: {path.text}")
    elif path.text not in allowed:
        yield path.unsupported(allowed)


def resource_field(field: Field, *, volume: bool) -> Problems:
    """A reference to a request or limit of a container."""
    if not isinstance(field.value, dict):
        return
    resource, divisor = field["resource"], field["divisor"]
    if volume and field["containerName"].empty:
        yield field["containerName"].required()
    elif resource.empty:
        yield resource.required()
    elif resource.text and resource.text not in _RESOURCES and not resource.text.startswith(_HUGE_PAGES):
        yield resource.unsupported(_RESOURCES)
    yield from quantities.syntax(divisor)
    number = quantities.of(divisor)
    if not number or not resource.text:
        return
    if resource.text.endswith(".cpu"):
        if number not in _CPU_DIVISORS:
            yield divisor.invalid("only divisor's values 1m and 1 are supported with the cpu resource")
    elif number not in _BYTE_DIVISORS:
        yield divisor.invalid(f"only divisor's values {', '.join(_BYTES)} are supported with {resource.text}")


def sources(field: Field) -> Problems:
    """`envFrom`: all keys of a config map or a secret."""
    for source in field.items():
        if source["prefix"].text:
            yield from source["prefix"].matches(names.environment_name)
        references = [source[name] for name in ("configMapRef", "secretRef") if source[name].present]
        if isinstance(source.value, dict) and not references:
            yield source.invalid("must specify one of: `configMapRef` or `secretRef`", "")
        elif len(references) > 1:
            yield source.invalid("may not have more than one field specified at a time", "")
        for reference in references:
            yield from reference["name"].named(names.dns_subdomain)
