"""Where images come from: pods, environments and charts use the platform's own registries."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any, cast

from roastery.policies import tokens as t
from roastery.policies.checks import across
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.rules import pods
from roastery.policies.values import PropertyNode, UnprovenError, texts_below

_REGISTRY_ID = "/providers/microsoft.containerregistry/registries/"
_HUB = "docker.io"
_CACHE = "azure-native:containerregistry:CacheRule"


def registry_of(image: str) -> str:
    """The registry of an image, as the container runtime reads it: `docker.io` where none is named."""
    first, slash, _ = image.partition("/")
    named = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return first.lower() if named else _HUB


def own_registries(stack: DeclaredStack) -> set[str]:
    """Registries that the stack declares, or has a private endpoint to."""
    hosts: set[str] = set()
    for registry in stack.of(t.REGISTRY):
        for value in (registry.inputs.get("loginServer"), registry.outputs.get("loginServer")):
            hosts |= {value.lower()} if isinstance(value, str) else set()
        name = registry.inputs.get("registryName")
        hosts |= {f"{name.lower()}.azurecr.io"} if isinstance(name, str) else set()
    for endpoint in stack.of(t.ENDPOINT):
        for _, key, target in texts_below(endpoint.properties):
            if key == "privateLinkServiceId" and _REGISTRY_ID in target.lower():
                hosts.add(f"{target.lower().rpartition('/')[2]}.azurecr.io")
    return hosts


def images(resource: DeclaredResource) -> Iterator[tuple[str, str]]:
    """Path and name of each image that a resource names."""
    if resource.type in pods.TYPES:
        for pod in pods.pods(resource):
            for container in pod.containers:
                image = pod.of(container, "image")
                if isinstance(image, str) and not image.startswith("{{"):
                    yield f"{container.path}.image", image
    elif resource.type == t.ML_ENVIRONMENT:
        image = resource.get("properties.image")
        if isinstance(image, str):
            yield "properties.image", image
    elif resource.type in t.CHARTS:
        yield from _of_values(resource.at("values"))
    elif resource.type == _CACHE:
        yield "sourceRepository", str(resource.get("sourceRepository", ""))
    elif resource.type == t.EXTENSION:
        yield from _of_settings(resource)


def _of_settings(extension: DeclaredResource) -> Iterator[tuple[str, str]]:
    """Images in the settings of an extension, which are values of a chart under keys with dots."""
    for node in extension.each("configurationSettings"):
        name, value = node.path.lower(), node.value
        if (
            isinstance(value, str)
            and value
            and name.endswith(("image", "image.repository", "image.registry"))
        ):
            registry = name.endswith("registry")
            yield node.path, f"{value}/image" if registry else value


def _of_values(node: PropertyNode) -> Iterator[tuple[str, str]]:
    """Images in the values of a chart: `image: text`, or registry and repository apart."""
    try:
        fields = node.known
    except UnprovenError:
        return
    if isinstance(fields, list):
        for item in node.each():
            yield from _of_values(item)
    if not isinstance(fields, dict):
        return
    values = cast("dict[str, Any]", fields)
    for key, child in values.items():
        if isinstance(child, str) and key.lower().endswith("image") and child:
            yield f"{node.path}.{key}", child
    registry, repository = values.get("registry"), values.get("repository")
    of_image = node.path.lower().endswith("image") or "tag" in values or "digest" in values
    if isinstance(registry, str) and registry and (of_image or isinstance(repository, str)):
        yield f"{node.path}.registry", f"{registry}/{repository or 'image'}"
    elif isinstance(repository, str) and repository and of_image and "://" not in repository:
        yield f"{node.path}.repository", repository
    for child in node.each():
        yield from _of_values(child)


def _foreign(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    trusted = [*own_registries(stack), *(pattern.lower() for pattern in settings["registries"])]
    # `stacks.config` refuses public images of charts where egress is not open, as in production.
    of_charts = trusted if stack.facts.production else [*trusted, *settings["chart_registries"]]

    def test(resource: DeclaredResource) -> Iterator[Violation]:
        allowed = of_charts if resource.type in t.CHARTS or resource.chart else trusted
        for path, image in images(resource):
            registry = registry_of(image)
            if not any(fnmatch(registry, pattern) for pattern in allowed):
                listed = ", ".join(sorted(allowed)) or "a registry of the stack"
                yield Violation(path, f"comes from {registry}, must be one of {listed}")

    yield from across(stack.of(*TYPES), test)


TYPES = (*pods.TYPES, t.ML_ENVIRONMENT, *t.CHARTS, t.EXTENSION, _CACHE)

POLICIES = (
    Policy(
        id="image-registry",
        title="Images come from the platform's own registries",
        reason="Whoever owns the registry decides what runs here, and a foreign one can be taken away.",
        fix="Mirror the image with roast mirror and name it there, or list its registry in `registries`.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 5.1.4", "MCSB DS-2"),
        types=TYPES,
        check_stack=_foreign,
        charts=True,
        config={
            "registries": {
                "type": "array",
                "items": {"type": "string"},
                "default": ["mcr.microsoft.com"],
                "description": "Patterns of registries that are trusted besides those of the stack.",
            },
            "chart_registries": {
                "type": "array",
                "items": {"type": "string"},
                "default": ["docker.io", "quay.io"],
                "description": "Registries of the images of charts, outside of production only.",
            },
        },
    ),
)
