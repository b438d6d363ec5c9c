"""Objects inside of resources: those of charts, groups of manifests, lists, and templates of Argo.

They are judged like declared ones. Their URN is that of the resource they are in, with kind and name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from roastery.policies import helm
from roastery.policies import tokens as t
from roastery.policies.kinds import manifest_type
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.values import PropertyNode, Secret, Unknown, UnprovenError, decode

_ARGO = (t.WORKFLOW_TEMPLATE, t.WORKFLOW, t.CRON_WORKFLOW, t.CLUSTER_WORKFLOW_TEMPLATE)
_TEXTS = ("yaml", "manifest")
_OBJECTS = ("objs", "objects", "items")


@dataclass(frozen=True)
class ChartReading:
    """How the objects of a chart became known."""

    urn: str
    chart: str
    rendered: bool
    reason: str = ""

    def describe(self) -> str:
        how = "rendered by helm template" if self.rendered else f"read in its values: {self.reason}"
        return f"chart {self.chart}: {how}"


def expanded(stack: DeclaredStack) -> DeclaredStack:
    """The stack with the objects inside of its resources."""
    inside = [part for resource in stack.resources for part in derived(resource)]
    if not inside:
        return stack
    return DeclaredStack([*stack.resources, *inside], stack.facts, stack.incomplete)


def readings(stack: DeclaredStack) -> list[ChartReading]:
    """How the objects of each chart of a stack became known."""
    parents = {resource.parent for resource in stack.resources}
    listed: list[ChartReading] = []
    for release in stack.of(*t.CHARTS):
        manifests = helm.manifests(release)
        children = release.urn in parents and not manifests.rendered and release.type != t.RELEASE
        rendered = manifests.rendered or children
        listed.append(ChartReading(release.urn, helm.chart_label(release), rendered, manifests.reason))
    return listed


def derived(resource: DeclaredResource) -> list[DeclaredResource]:
    """The objects inside of a resource; none where they are unknown, which `nested-template` reports."""
    if not resource.type.startswith("kubernetes:"):
        return []
    return [_declared(resource, manifest) for manifest in _objects(resource) if _is_object(manifest)]


def _objects(resource: DeclaredResource) -> Iterator[Mapping[str, Any]]:
    if resource.type in t.CHARTS:
        yield from helm.manifests(resource).objects or _raw(resource.inputs.get("values"))
    elif resource.type in t.MANIFESTS or resource.type.endswith("List"):
        yield from readable(resource)
    elif resource.type in _ARGO:
        yield from _of_templates(resource)
    elif resource.type == t.SENSOR:
        for trigger in _each(resource, "spec.triggers"):
            for kind in ("k8s", "argoWorkflow"):
                source = _value(trigger, f"template.{kind}.source.resource")
                # Workflows are judged where the sensor is: `rules.pods`.
                if isinstance(source, dict) and source.get("kind") != "Workflow":
                    yield cast("dict[str, Any]", source)


def readable(resource: DeclaredResource) -> Iterator[Mapping[str, Any]]:
    """The objects of a group of manifests or of a list."""
    for name in _OBJECTS:
        for node in _each(resource, name):
            if isinstance(node.value, dict):
                yield cast("dict[str, Any]", node.value)
    for name in _TEXTS:
        value = resource.inputs.get(name)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield from parsed(text)


def _of_templates(resource: DeclaredResource) -> Iterator[Mapping[str, Any]]:
    """What a workflow's `resource` templates create; one with placeholders that is not YAML is left out."""
    base = "spec.workflowSpec" if resource.type == t.CRON_WORKFLOW else "spec"
    for template in _each(resource, f"{base}.templates"):
        manifest = _value(template, "resource.manifest")
        if isinstance(manifest, str):
            yield from parsed(manifest)


def _raw(values: Any) -> Iterator[Mapping[str, Any]]:
    """Whole manifests in the values of a chart, such as those of `extraObjects`, as maps or as text."""
    if isinstance(values, dict):
        fields = cast("dict[str, Any]", values)
        if _is_object(fields):
            yield fields
            return
        for child in fields.values():
            yield from _raw(child)
    elif isinstance(values, list):
        for child in cast("list[Any]", values):
            yield from _raw(child)
    elif isinstance(values, str) and "apiVersion:" in values and "kind:" in values:
        yield from parsed(values)


def parsed(text: str) -> Iterator[Mapping[str, Any]]:
    """The maps among the documents of a YAML text, and the objects of lists; none if it is not YAML."""
    import yaml  # noqa: PLC0415 - most runs parse nothing, and every preview waits for the pack to start

    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        return
    for document in documents:
        if isinstance(document, dict):
            fields = cast("dict[str, Any]", document)
            listed = fields.get("items")
            if str(fields.get("kind", "")).endswith("List") and isinstance(listed, list):
                yield from (cast("dict[str, Any]", item) for item in cast("list[Any]", listed))
            else:
                yield fields


def _is_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    fields = cast("dict[str, Any]", value)
    return isinstance(fields.get("apiVersion"), str) and isinstance(fields.get("kind"), str)


def _declared(resource: DeclaredResource, manifest: Mapping[str, Any]) -> DeclaredResource:
    metadata = manifest.get("metadata")
    fields = cast("dict[str, Any]", metadata) if isinstance(metadata, dict) else {}
    parts = (manifest["kind"], fields.get("namespace"), fields.get("name"))
    name = "/".join(str(part) for part in parts if part and not isinstance(part, (Unknown, Secret)))
    return DeclaredResource(
        urn=f"{resource.urn}/{name}",
        type=manifest_type(str(manifest["apiVersion"]), str(manifest["kind"])),
        inputs=decode(dict(manifest)),
        parent=resource.urn,
        chart=helm.chart_label(resource) if resource.type in t.CHARTS else "",
    )


def _each(resource: DeclaredResource, path: str) -> list[PropertyNode]:
    try:
        return list(resource.each(path))
    except UnprovenError:
        return []


def _value(node: PropertyNode, path: str) -> Any:
    try:
        return node.get(path)
    except UnprovenError:
        return None
