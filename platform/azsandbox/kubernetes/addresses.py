"""An object's type, namespace and name, from Pulumi's token and inputs."""

from __future__ import annotations

from typing import Any

from azsandbox.kubernetes.cluster import namespaced
from azsandbox.pulumi.provider.backend import Subject, Values
from azsandbox.schema.values import reveal


def type_of(token: str, inputs: Values) -> tuple[str, str]:
    """`kubernetes:core/v1:Namespace` → ("v1", "Namespace"); patches and lists have no schema."""
    group, kind = token.split(":")[1:]
    api = inputs.get("apiVersion")
    return (api if isinstance(api, str) else group.removeprefix("core/"), kind)


def address(inputs: Values, subject: Subject | None = None) -> tuple[str, str, str, str]:
    """API version, kind, namespace and name; a generated name is only in the id."""
    plain = reveal(inputs)
    metadata: Any = plain.get("metadata") or {}
    kind = str(plain.get("kind"))
    namespace = str(metadata.get("namespace") or "") if namespaced(kind) else ""  # Check has filled it in
    name = metadata.get("name") or (subject.id.rpartition("/")[2] if subject else None)
    return str(plain.get("apiVersion")), kind, namespace, str(name)


def of_id(subject: Subject) -> Values:
    """The inputs that say which object an id names: all that a program gives to read it."""
    api, kind = type_of(subject.token, {})
    namespace, _, name = subject.id.rpartition("/")
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
    }
