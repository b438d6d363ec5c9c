"""Change a resource without Pulumi, as a person does in the portal, so that a refresh has drift to detect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import OptionError, SandboxError
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.schema.values import reveal
from azsandbox.services import all_types

# The default: the first of these that the sandbox has.
LIKELY = (
    ("azure-native:storage:StorageAccount", "publicNetworkAccess", "Enabled"),
    ("azure-native:keyvault:Vault", "properties.publicNetworkAccess", "Enabled"),
    ("azure-native:resources:ResourceGroup", "tags.owner", "somebody-else"),
)


@dataclass(frozen=True)
class Drift:
    """One change: of which resource, what, and the values before and after."""

    id: str
    what: str
    before: Any
    after: Any


def drift(
    subscription: Subscription, resource: str | None, setting: str | None, *, delete: bool = False
) -> Drift:
    """Change one input of a resource, or delete the resource.

    Args:
        subscription: the sandbox's subscription.
        resource: its id, or an end of its id that is unique; None chooses one of LIKELY.
        setting: the change, as `path=value`.
        delete: delete the resource instead.

    Raises:
        OptionError: the options do not name exactly one resource, or no change.
        SandboxError: the sandbox has nothing of LIKELY, or the value is that already.
    """
    provider = AzureNative(subscription, all_types())
    if resource is None:
        return _likely(provider)
    target = _find(subscription, resource)
    if delete:
        provider.delete(Subject(urn="urn:pulumi:x::x::x::x", token=target.token, id=target.id), target.inputs)
        return Drift(target.id, "the resource", "there", "deleted")
    path, equals, value = (setting or "").partition("=")
    if not equals:
        raise OptionError(
            "give the change: --set path=value, such as --set publicNetworkAccess=Enabled, or --delete"
        )
    return _change(subscription, target, path, _parsed(value))


def _likely(provider: AzureNative) -> Drift:
    for token, path, value in LIKELY:
        for resource in provider.subscription.all():
            if resource.token == token:
                return _change(provider.subscription, resource, path, value)
    raise SandboxError("the sandbox has no resource that could drift: run azsandbox up first")


def _find(subscription: Subscription, text: str) -> Resource:
    matches = [
        resource
        for resource in subscription.all()
        if resource.id.lower().endswith(text.lower()) and resource.id.startswith("/subscriptions/")
    ]
    if len(matches) != 1:
        names = ", ".join(resource.id for resource in matches[:3]) or "none"
        raise OptionError(
            f"--resource {text!r} is the end of {len(matches)} ids ({names}): it must be of exactly one"
        )
    return matches[0]


def _change(subscription: Subscription, resource: Resource, path: str, value: Any) -> Drift:
    before = _get(resource.inputs, path)
    if before == value:
        raise SandboxError(f"{path} of {resource.id} already is {value!r}")
    inputs, outputs = _put(resource.inputs, path, value), _put(resource.outputs, path, value)
    subscription.put(
        Resource(id=resource.id, token=resource.token, kind=resource.kind, inputs=inputs, outputs=outputs)
    )
    return Drift(resource.id, path, before, value)


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
