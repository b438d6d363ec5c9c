"""What the declarations of a state say: values of inputs, hosts that they name, secrets and event sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.values import UnprovenError

SECRET_CLASS = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass"  # noqa: S105 - a type
METADATA = "169.254.169.254"  # learn.microsoft.com/azure/virtual-machines/instance-metadata-service
_OBJECT = re.compile(r"objectName: (\S+)")


def hosts(stack: DeclaredStack) -> dict[str, str]:
    """Hosts that a stack names: `endpoint` of the models, `snowflake`, `forge` of the repository.

    `metadata` is the node's service for tokens, where Snowflake's connector shall fetch one by itself.
    """
    listed: dict[str, str] = {}
    for extension in stack.of(t.EXTENSION):
        if name := _setting(extension, "sslCname"):
            listed.setdefault("endpoint", name)
    for component in stack.of(t.ML_COMPONENT):
        for account in _values(component.inputs, "SNOWFLAKE_ACCOUNT"):
            listed.setdefault("snowflake", f"{account}.snowflakecomputing.com")
        if "AZURE" in _values(component.inputs, "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER"):
            listed["metadata"] = METADATA
    for template in stack.of(t.WORKFLOW_TEMPLATE):
        for variable in _named(template.inputs, "REPOSITORY"):
            listed.setdefault("forge", urlsplit(variable).hostname or "")
    return listed


def secret_names(stack: DeclaredStack, name: str) -> list[str]:
    """The secrets of the vault that a class of the secrets store driver mounts; none if there is no class."""
    for resource in stack.of(SECRET_CLASS):
        if text(resource, "metadata.name") == name:
            return _OBJECT.findall(text(resource, "spec.parameters.objects"))
    return []


def event_sources(stack: DeclaredStack) -> set[str]:
    """The names of the event sources of Argo Events."""
    return {text(source, "metadata.name") for source in stack.of(t.EVENT_SOURCE)}


def text(resource: DeclaredResource, path: str) -> str:
    """An input as text; empty where nothing is set, or where it is unknown before an update."""
    try:
        value = resource.get(path)
    except UnprovenError:
        return ""
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def flag(resource: DeclaredResource, path: str) -> bool:
    return text(resource, path).lower() == "true"


def _setting(extension: DeclaredResource, name: str) -> str:
    """A setting of an extension, whose names contain dots."""
    try:
        value = extension.at("configurationSettings").item(name)
    except UnprovenError:
        return ""
    return str(value or "")


def _values(node: Any, key: str) -> Iterator[str]:
    """The texts of a key, wherever it is."""
    if isinstance(node, dict):
        for name, value in cast("dict[str, Any]", node).items():
            if name == key and isinstance(value, str):
                yield value
            yield from _values(value, key)
    elif isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from _values(item, key)


def _named(node: Any, name: str) -> Iterator[str]:
    """The values of environment variables of a pod, wherever they are."""
    if isinstance(node, dict):
        fields = cast("dict[str, Any]", node)
        if fields.get("name") == name and isinstance(fields.get("value"), str):
            yield fields["value"]
        for value in fields.values():
            yield from _named(value, name)
    elif isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from _named(item, name)
