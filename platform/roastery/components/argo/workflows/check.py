"""Checks beyond the schemas: references between manifests, pinned images, pods that the namespace admits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.manifest import Manifest
from roastery.components.argo.workflows.settings import pinned


def check(manifests: Sequence[Manifest]) -> None:
    """Refuses manifests that the API would accept and that would fail at run time.

    Args:
        manifests: all of one namespace, config maps of semaphores included.

    Raises:
        ArgoError: names the first wrong manifest and what it refers to.
    """
    templates = {
        _name(manifest): {template["name"] for template in manifest["spec"]["templates"]}
        for manifest in manifests
        if manifest["kind"] == "WorkflowTemplate"
    }
    limits = {
        _name(manifest): set(manifest["data"]) for manifest in manifests if manifest["kind"] == "ConfigMap"
    }
    for manifest in manifests:
        for spec in workflow_specs(manifest):
            where = f"{manifest['kind']} {_name(manifest)}"
            _references(where, spec, templates)
            _semaphores(where, spec, limits)
            for template in spec.get("templates", []):
                _local(where, template, {part["name"] for part in spec["templates"]})
                if "container" in template:
                    _container(f"{where}, template {template['name']}", template["container"])


def workflow_specs(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """The workflow specs in a manifest: its own, that of a cron workflow, and those that a sensor creates."""
    match manifest["kind"]:
        case "WorkflowTemplate" | "Workflow":
            yield manifest["spec"]
        case "CronWorkflow":
            yield manifest["spec"]["workflowSpec"]
        case "Sensor":
            for trigger in manifest["spec"]["triggers"]:
                created = trigger["template"].get("k8s", {}).get("source", {}).get("resource")
                if created:
                    yield from workflow_specs(created)
        case _:
            pass


def _references(where: str, spec: Mapping[str, Any], templates: Mapping[str, set[str]]) -> None:
    whole = spec.get("workflowTemplateRef")
    if whole and whole["name"] not in templates:
        raise _missing(where, f"workflow template {whole['name']}", templates)
    for task in _tasks(spec):
        reference = task.get("templateRef")
        if not reference:
            continue
        name, part = reference["name"], reference["template"]
        if name not in templates:
            raise _missing(f"{where}, task {task['name']}", f"workflow template {name}", templates)
        if part not in templates[name]:
            raise _missing(f"{where}, task {task['name']}", f"template {part} of {name}", templates[name])


def _local(where: str, template: Mapping[str, Any], names: set[str]) -> None:
    for task in _tasks({"templates": [template]}):
        if "template" in task and task["template"] not in names:
            raise _missing(f"{where}, task {task['name']}", f"template {task['template']}", names)


def _tasks(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for template in spec.get("templates", []):
        yield from template.get("dag", {}).get("tasks", [])
        for parallel in template.get("steps", []):
            yield from parallel


def _semaphores(where: str, spec: Mapping[str, Any], limits: Mapping[str, set[str]]) -> None:
    for holder in (spec, *spec.get("templates", [])):
        for semaphore in holder.get("synchronization", {}).get("semaphores", []):
            key = semaphore["configMapKeyRef"]
            if key["key"] not in limits.get(key["name"], set()):
                known = {f"{name}/{entry}" for name, entries in limits.items() for entry in entries}
                raise _missing(where, f"semaphore {key['name']}/{key['key']}", known)


def _container(where: str, container: Mapping[str, Any]) -> None:
    try:
        pinned(container["image"])
    except ArgoError as error:
        raise ArgoError(f"{where}: {error.message}") from None
    resources = container.get("resources", {})
    if not resources.get("requests") or not resources.get("limits"):
        raise ArgoError(f"{where} has no resource requests and limits", "the namespace's quota needs both")


def _missing(where: str, what: str, known: Iterable[str]) -> ArgoError:
    return ArgoError(f"{where} refers to {what}, which does not exist", f"known: {', '.join(sorted(known))}")


def _name(manifest: Manifest) -> str:
    return str(manifest["metadata"]["name"])
