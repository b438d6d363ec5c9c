"""Change something behind Pulumi's back, as a person in the portal would, for a refresh to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import SandboxError
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.schema.values import reveal

# What drifts when nobody says what: the first of these that the sandbox holds.
LIKELY = (
    ("azure-native:storage:StorageAccount", "publicNetworkAccess", "Enabled"),
    ("azure-native:keyvault:Vault", "properties.publicNetworkAccess", "Enabled"),
    ("azure-native:resources:ResourceGroup", "tags.owner", "somebody-else"),
)


@dataclass(frozen=True)
class Drift:
    """What was changed."""

    id: str
    what: str
    before: Any
    after: Any


def drift(
    subscription: Subscription, resource: str | None, setting: str | None, *, delete: bool = False
) -> Drift:
    """Change `path=value` of a resource (id, or a unique end of it), or delete it.

    Raises:
        SandboxError: no such resource, or nothing to change.
    """
    provider = AzureNative(subscription)
    if resource is None:
        return _likely(provider)
    found = _find(subscription, resource)
    if delete:
        provider.delete(Subject(urn="urn:pulumi:x::x::x::x", token=found.token, id=found.id), found.inputs)
        return Drift(found.id, "the resource", "there", "deleted")
    path, equals, value = (setting or "").partition("=")
    if not equals:
        raise SandboxError(
            "say what drifts: --set path=value, such as --set publicNetworkAccess=Enabled, or --delete"
        )
    return _change(subscription, found, path, _parsed(value))


def _likely(provider: AzureNative) -> Drift:
    for token, path, value in LIKELY:
        for found in provider.subscription.all():
            if found.token == token:
                return _change(provider.subscription, found, path, value)
    raise SandboxError("the sandbox holds nothing that could drift: run roast sandbox up first")


def _find(subscription: Subscription, text: str) -> Resource:
    matches = [
        one
        for one in subscription.all()
        if one.id.lower().endswith(text.lower()) and one.id.startswith("/subscriptions/")
    ]
    if len(matches) != 1:
        names = ", ".join(one.id for one in matches[:3]) or "none"
        raise SandboxError(f"{text!r} is the end of {len(matches)} resource ids ({names}): name exactly one")
    return matches[0]


def _change(subscription: Subscription, found: Resource, path: str, value: Any) -> Drift:
    before = _get(found.inputs, path)
    if before == value:
        raise SandboxError(f"{path} of {found.id} is {value!r} already")
    inputs, outputs = _put(found.inputs, path, value), _put(found.outputs, path, value)
    subscription.put(
        Resource(id=found.id, token=found.token, kind=found.kind, inputs=inputs, outputs=outputs)
    )
    return Drift(found.id, path, before, value)


def _get(values: Any, path: str) -> Any:
    for part in path.split("."):
        values = reveal(values).get(part) if isinstance(values, dict) else None
    return values


def _put(values: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    head, dot, tail = path.partition(".")
    inner = values.get(head)
    return {**values, head: _put(inner if isinstance(inner, dict) else {}, tail, value) if dot else value}


def _parsed(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if text.lstrip("-").isdigit() else text
