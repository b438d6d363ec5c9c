"""Argo's own types, checked with Hera's models of them, which are generated from Argo's published schema."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from azsandbox import paths
from azsandbox.cache import Cache
from azsandbox.schema.validate import Problem, suggestion

API = "argoproj.io/v1alpha1"
WORKFLOWS = (
    "ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowEventBinding", "WorkflowTemplate",
    "WorkflowArtifactGCTask", "WorkflowTaskResult", "WorkflowTaskSet",
)  # fmt: skip
EVENTS = ("EventBus", "EventSource", "Sensor")
_CONTROLLERS_OWN = frozenset({"WorkflowArtifactGCTask", "WorkflowTaskResult", "WorkflowTaskSet", "EventBus"})


def knows(api: str, kind: str) -> bool:
    return api == API and kind in {*WORKFLOWS, *EVENTS}


@functools.lru_cache(maxsize=16)
def _model(kind: str) -> Any:
    """Hera's model of a kind; imported late, since only clusters with Argo need it."""
    if kind in EVENTS:
        from hera.events import models  # noqa: PLC0415 - half a second
    else:
        from hera.workflows import models  # noqa: PLC0415
    return getattr(models, kind, None)


@functools.lru_cache(maxsize=1)
def _verdicts() -> Cache:
    here = Path(__file__)
    sources = [here, here.parents[1] / "schema" / "validate.py"]
    return Cache(paths.cache() / "argo", ["hera", "pydantic"], sources)


def check(manifest: dict[str, Any]) -> list[Problem]:
    """What is wrong with a manifest. That nothing is, is kept: to look takes two seconds of imports."""
    found = _verdicts().get(manifest, lambda: [asdict(one) for one in _check(manifest)], lambda one: not one)
    return [Problem(**one) for one in found]


def _check(manifest: dict[str, Any]) -> list[Problem]:
    import pydantic  # noqa: PLC0415 - with the models, late

    kind = str(manifest["kind"])
    model = None if kind in _CONTROLLERS_OWN else _model(kind)
    if model is None:
        return list(_event_bus(manifest)) if kind == "EventBus" else []
    manifest, created = _as_modelled(manifest)
    try:
        parsed = model.model_validate(manifest)
    except pydantic.ValidationError as error:
        return [Problem(_path(one["loc"]), str(one["msg"])) for one in error.errors()]
    dumped = parsed.model_dump(by_alias=True, exclude_unset=True)
    inner = [Problem(f"{path}.{one.path}", one.message) for path, made in created for one in _created(made)]
    if kind in EVENTS:  # whose models leave these two out
        dumped |= {"apiVersion": API, "kind": kind}
    return [*_lost("", manifest, dumped), *_templates(manifest), *inner]


def _as_modelled(manifest: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """The manifest in the two places where Hera's models of Argo Events differ from Argo's own format.

    Argo writes the fields of a webhook beside its filter, the models one level deeper; and the object that a
    trigger creates is any object, checked here for itself. Source: argo-events 1.9, pkg/apis/events/v1alpha1.
    """
    if manifest["kind"] not in EVENTS or not isinstance(manifest.get("spec"), dict):
        return manifest, []
    spec: dict[str, Any] = copy.deepcopy(manifest["spec"])
    created: list[tuple[str, dict[str, Any]]] = []
    webhooks: Any = spec.get("webhook")
    for name, one in webhooks.items() if isinstance(webhooks, dict) else ():
        if isinstance(one, dict):
            inline = {key: value for key, value in one.items() if key != "filter"}
            webhooks[name] = {key: one[key] for key in one.keys() & {"filter"}} | {"webhookContext": inline}
    triggers: Any = spec.get("triggers")
    for index, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        for kind in ("k8s", "argoWorkflow"):
            source = _at(trigger, "template", kind, "source")
            made = source.pop("resource", None) if isinstance(source, dict) else None
            if isinstance(made, dict):
                created.append((f"spec.triggers[{index}].template.{kind}.source.resource", made))
    return {**manifest, "spec": spec}, created


def _at(value: Any, *path: str) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _created(made: dict[str, Any]) -> list[Problem]:
    api, kind = str(made.get("apiVersion")), str(made.get("kind"))
    return _check(made) if knows(api, kind) else []


def _event_bus(manifest: dict[str, Any]) -> Iterator[Problem]:
    """The bus's model is not among Hera's: its kinds are the three that Argo Events documents."""
    spec = manifest.get("spec")
    kinds = {"nats", "jetstream", "jetstreamExotic", "kafka"}
    if not isinstance(spec, dict) or len(kinds & spec.keys()) != 1:
        yield Problem("spec", f"needs exactly one of {', '.join(sorted(kinds))}")
    elif isinstance(spec.get("jetstream"), dict) and not spec["jetstream"].get("version"):
        yield Problem("spec.jetstream.version", "is required")


def _lost(path: str, given: Any, kept: Any) -> Iterator[Problem]:
    """What the model dropped is a field that Argo does not have."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            where = f"{path}.{key}" if path else key
            if key not in kept:
                yield Problem(where, f"is no field of Argo's{suggestion(key, [str(name) for name in kept])}")
            else:
                yield from _lost(where, value, kept[key])
    elif isinstance(given, list) and isinstance(kept, list):
        for index, (one, other) in enumerate(zip(given, kept, strict=False)):
            yield from _lost(f"{path}[{index}]", one, other)


def _templates(manifest: dict[str, Any]) -> Iterator[Problem]:
    """What Argo's linter finds first: an entry point or a DAG task that names no template."""
    spec = manifest.get("spec")
    if manifest["kind"] == "CronWorkflow":
        spec = spec.get("workflowSpec") if isinstance(spec, dict) else None
    templates: Any = spec.get("templates") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(templates, list):
        return
    names = {str(one.get("name")) for one in templates if isinstance(one, dict)}
    for role in ("entrypoint", "onExit"):
        wanted = spec.get(role)
        if isinstance(wanted, str) and wanted not in names and "{{" not in wanted:
            yield Problem(f"spec.{role}", f"{wanted!r} is no template here{suggestion(wanted, names)}")
    for index, template in enumerate(templates):
        dag = template.get("dag") if isinstance(template, dict) else None
        tasks = [one for one in (dag or {}).get("tasks", []) if isinstance(one, dict)]
        known = {str(task.get("name")) for task in tasks}
        for task in tasks:
            where = f"spec.templates[{index}].dag.tasks[{task.get('name')}]"
            if isinstance(task.get("template"), str) and task["template"] not in names:
                yield Problem(
                    where,
                    f"template {task['template']!r} does not exist{suggestion(task['template'], names)}",
                )
            for before in task.get("dependencies") or []:
                if before not in known:
                    yield Problem(
                        where, f"depends on {before!r}, which is no task{suggestion(str(before), known)}"
                    )


def _path(parts: tuple[Any, ...]) -> str:
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in parts).lstrip(".")
