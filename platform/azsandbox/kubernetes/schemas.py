"""Checks manifests against Kubernetes' strict schemas, Argo's models, and two types of Azure's add-ons."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import kubernetes_validate.utils as published
import referencing
from kubernetes_validate import SchemaNotFoundError

from azsandbox.errors import NotModelledError
from azsandbox.kubernetes import argo, semantics
from azsandbox.kubernetes.validation import custom, lists, objects
from azsandbox.kubernetes.validation import rules as custom_rules
from azsandbox.kubernetes.validation.configuration import is_base64
from azsandbox.kubernetes.validation.field import UNKNOWN_TEXT, Field
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import UNKNOWN

DEFAULT_VERSION = "1.34"
_STRUCTURE = frozenset({"required", "additionalProperties", "unevaluatedProperties"})
# Listed as required, but the server reads an absent one as empty (recorded with kube-apiserver 1.37.2).
_OPTIONAL = frozenset(
    {
        "httpHeaders.value", "sysctls.value", "sleep.seconds", "podFailurePolicy.rules", "forZones.name",
        "versions.served", "dataSource.kind", "versions.storage", "tokenRequests.audience", "spec.limits",
        "preferredDuringSchedulingIgnoredDuringExecution.preference",
    }
)  # fmt: skip
_MISSING = re.compile(r"'(.*)' is a required property")
_FORMATS = {
    "int32": "is not between -2147483648 and 2147483647",
    "int64": "is not a whole number of 64 bits",
    "byte": "is not base64-encoded",
    "date-time": "is not a time such as 2026-12-01T00:00:00Z",
}

INSTANCE_TYPE = ("amlarc.azureml.com/v1alpha1", "InstanceType")
SECRETS_PROVIDER = ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass")
_GROUPS = frozenset(
    f"{name}.k8s.io"
    for name in (
        "admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization",
        "certificates", "coordination", "discovery", "events", "flowcontrol.apiserver", "internal.apiserver",
        "networking", "node", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration",
    )
)  # fmt: skip
_CUSTOM: dict[tuple[str, str], dict[str, Any]] = {
    # learn.microsoft.com/azure/machine-learning/how-to-manage-kubernetes-instance-types
    INSTANCE_TYPE: {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["resources"],
                "additionalProperties": False,
                "properties": {
                    "nodeSelector": {"type": "object", "additionalProperties": {"type": "string"}},
                    "resources": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["limits", "requests"],
                        "properties": {
                            "requests": {
                                "type": "object",
                                "additionalProperties": {"type": ["string", "number"]},
                            },
                            "limits": {
                                "type": "object",
                                "additionalProperties": {"type": ["string", "number", "null"]},
                            },
                        },
                    },
                },
            }
        },
    },
    SECRETS_PROVIDER: {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": {
                "type": "object",
                "required": ["provider"],
                "properties": {"provider": {"const": "azure"}},
            }
        },
    },
}


def check(manifest: dict[str, Any], version: str = DEFAULT_VERSION, definition: Any = None) -> list[Problem]:
    """Every problem of an object, as the API server's strict field validation would report it.

    Args:
        manifest: the object, with `apiVersion` and `kind`.
        version: the Kubernetes version of the cluster, such as 1.34.
        definition: the schema of a custom type, from its definition.

    Raises:
        NotModelledError: there is no schema for the object's type, or none for the version.
    """
    kind = (str(manifest["apiVersion"]), str(manifest["kind"]))
    filled = fill(manifest)
    rules = objects.problems(filled, version)
    if definition is not None:
        rules += custom.validate(Field(filled), definition)
        rules += _by_rules(filled, definition, rules)
    if argo.knows(*kind):
        problems = [problem for problem in argo.check(filled) if UNKNOWN_TEXT not in problem.message]
        return [*problems, *rules, *semantics.check(filled)]
    if definition is not None:
        return rules
    problems = list(_schema_problems(_validator(*kind, version), filled))
    if kind in _CUSTOM:
        return [*problems, *rules, *semantics.check(filled)]
    return _merged([*problems, *_repeated(filled, *kind, version), *rules])


def _by_rules(filled: dict[str, Any], definition: Any, listed: list[Problem]) -> list[Problem]:
    """What a definition's own rules say, where the object is right by its schema."""
    errors = [problem for problem in listed if not problem.warning]
    return [] if errors else list(custom_rules.problems(Field(filled), definition))


def is_custom(api: str, kind: str) -> bool:
    """Whether a type comes from a definition that only the program or the cluster knows."""
    group = api.rpartition("/")[0]
    built_in = group in _GROUPS or "." not in group
    return not (built_in or argo.knows(api, kind) or (api, kind) in _CUSTOM)


def _merged(problems: list[Problem]) -> list[Problem]:
    """Each problem once; what validation says about a path replaces what the schema says."""
    precise = {problem.path for problem in problems if problem.code[:1].isupper() and not problem.warning}
    return [problem for problem in problems if problem.code != "required" or problem.path not in precise]


def _schema_problems(validator: Any, manifest: dict[str, Any]) -> Iterator[Problem]:
    for error in validator.iter_errors(manifest):
        leaf = (
            max(error.context, key=lambda suberror: len(suberror.absolute_path)) if error.context else error
        )
        if leaf.validator not in _STRUCTURE and UNKNOWN_TEXT in repr(leaf.instance):
            continue
        parts = [f"[{part}]" if isinstance(part, int) else str(part) for part in leaf.absolute_path]
        path = ".".join(parts).replace(".[", "[")
        missing = _MISSING.fullmatch(str(leaf.message)) if leaf.validator == "required" else None
        if missing:
            yield from _required(path, missing[1], manifest)
        else:
            yield Problem(path, _message(leaf), code=str(leaf.validator))


def _required(path: str, name: str, manifest: dict[str, Any]) -> Iterator[Problem]:
    owner = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
    if f"{owner}.{name}" not in _OPTIONAL and (path or manifest.get("kind") != "CSIDriver"):
        yield Problem(f"{path}.{name}" if path else name, "Required value", code="required")


def _message(error: Any) -> str:
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        allowed = error.schema.get("properties", {})
        extra = [name for name in error.instance if name not in allowed]
        if extra and error.schema.get("additionalProperties") is False:
            return f"has unknown field {extra[0]!r}{suggestion(extra[0], allowed)}"
    if error.validator == "format":
        return f"{error.instance!r} {_FORMATS.get(error.validator_value, error.message)}"
    return str(error.message)


@functools.lru_cache(maxsize=256)
def _validator(api: str, kind: str, version: str) -> Any:
    if (api, kind) in _CUSTOM:
        return jsonschema.Draft202012Validator(_CUSTOM[api, kind])
    schema, folder = _schema(api, kind, version)
    registry: Any = referencing.Resource.from_contents(schema) @ referencing.Registry()
    registry = referencing.Resource.from_contents(_definitions(folder, version)) @ registry
    return jsonschema.Draft202012Validator(schema, registry=registry, format_checker=_format_checker())


@functools.lru_cache(maxsize=256)
def _schema(api: str, kind: str, version: str) -> tuple[dict[str, Any], str]:
    """The published schema of a type, and the folder of its definitions."""
    name = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api)
    folder = f"kubernetes-json-schema/v{_release(version)}-local-strict"
    try:
        return published.schema_contents(f"{folder}/{kind.lower()}-{name}.json", version), folder
    except (FileNotFoundError, SchemaNotFoundError):
        raise NotModelledError(
            f"the sandbox does not model {kind} of {api} in Kubernetes {version}: it is neither a core type "
            "nor one of Argo, the Azure ML extension or the Secrets Store CSI driver"
        ) from None


@functools.lru_cache(maxsize=4)
def _definitions(folder: str, version: str) -> dict[str, Any]:
    contents: dict[str, Any] = published.schema_contents(f"{folder}/_definitions.json", version)
    return contents


def _repeated(manifest: dict[str, Any], api: str, kind: str, version: str) -> Iterator[Problem]:
    schema, folder = _schema(api, kind, version)
    definitions: dict[str, Any] = _definitions(folder, version)["$defs"]
    return lists.repeated(
        Field(manifest), schema, lambda reference: definitions.get(reference.rpartition("/")[2], {})
    )


@functools.lru_cache(maxsize=1)
def _format_checker() -> Any:
    """What the server's decoder refuses although the type is right."""
    checker = jsonschema.FormatChecker(formats=())
    checker.checks("int32")(lambda value: _within(value, 2**31))
    checker.checks("int64")(lambda value: _within(value, 2**63))
    checker.checks("byte")(lambda value: not isinstance(value, str) or "\0" in value or is_base64(value))
    checker.checks("date-time")(
        lambda value: not isinstance(value, str) or "\0" in value or custom.is_time(value)
    )
    return checker


def _within(value: Any, bound: int) -> bool:
    return not isinstance(value, (int, float)) or isinstance(value, bool) or -bound <= value < bound


@functools.lru_cache(maxsize=4)
def _release(version: str) -> str:
    """The newest bundled schemas that are not newer than the cluster's version."""
    cluster = tuple(int(part) for part in version.split(".")[:2])
    older = [
        release
        for release in published.all_versions()
        if tuple(int(part) for part in release.split(".")[:2]) <= cluster
    ]
    if not older:
        raise NotModelledError(
            f"there are no schemas for Kubernetes {version}: the oldest are for {published.all_versions()[0]}"
        )
    return str(older[-1])


def fill(value: Any) -> Any:
    """A text in place of each unknown value; absent ones are left out."""
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, dict):
        return {key: fill(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [fill(item) for item in value]
    return value
