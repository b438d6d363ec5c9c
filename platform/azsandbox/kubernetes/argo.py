"""Checks Argo's types with Hera's models of them, which are generated from Argo's published schema."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from azsandbox import paths
from azsandbox.cache import Cache
from azsandbox.kubernetes.validation.argo import events, workflows
from azsandbox.kubernetes.validation.field import Field
from azsandbox.schema.validate import Problem, suggestion

API = "argoproj.io/v1alpha1"
WORKFLOWS = (
    "ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowEventBinding", "WorkflowTemplate",
    "WorkflowArtifactGCTask", "WorkflowTaskResult", "WorkflowTaskSet",
)  # fmt: skip
EVENTS = ("EventBus", "EventSource", "Sensor")
# What Argo writes next to an event's other fields and Hera's models have one level deeper.
_INLINE = {
    "resource": ("groupVersionResource", ("group", "version", "resource")),
    "hdfs": ("watchPathConfig", ("directory", "path", "pathRegexp")),
}
# Deprecated fields that Argo still reads and Hera's models no longer have.
_DEPRECATED = ("synchronization.mutex", "synchronization.semaphore", "cache.configMap.key")
_ANY_SCALAR = frozenset({"value", "default", "waitTimeSeconds", "intervalSeconds"})
# Created by Argo's own controllers, or not among Hera's models.
_NOT_MODELLED = frozenset({"WorkflowArtifactGCTask", "WorkflowTaskResult", "WorkflowTaskSet", "EventBus"})


def knows(api: str, kind: str) -> bool:
    return api == API and kind in {*WORKFLOWS, *EVENTS}


@functools.lru_cache(maxsize=16)
def _model(kind: str) -> Any:
    """Hera's model of a kind; imported on demand, since only clusters with Argo need it."""
    if kind in EVENTS:
        from hera.events import models  # noqa: PLC0415 - half a second
    else:
        from hera.workflows import models  # noqa: PLC0415
    return getattr(models, kind, None)


@functools.lru_cache(maxsize=1)
def _cache() -> Cache:
    here = Path(__file__)
    rules = here.with_name("validation")
    sources = [
        here,
        here.parents[1] / "schema" / "validate.py",
        *rules.glob("*.py"),
        *rules.glob("argo/*.py"),
    ]
    return Cache(paths.cache() / "argo", ["hera", "pydantic"], sources)


def check(manifest: dict[str, Any]) -> list[Problem]:
    """The problems of a manifest; that it has none is cached, as the check takes two seconds of imports."""
    problems = _cache().get(
        manifest, lambda: [asdict(problem) for problem in _check(manifest)], lambda values: not values
    )
    return [Problem(**problem) for problem in problems]


def _check(manifest: dict[str, Any]) -> list[Problem]:
    import pydantic  # noqa: PLC0415 - on demand, like the models

    kind = str(manifest["kind"])
    model = None if kind in _NOT_MODELLED else _model(kind)
    if model is None:
        return list(_rules(manifest))
    rules = list(_rules(manifest))
    manifest, created = _as_modelled(manifest)
    try:
        parsed = model.model_validate(manifest)
    except pydantic.ValidationError as error:
        return [
            *(
                Problem(_path(details["loc"]), str(details["msg"]))
                for details in error.errors()
                if not _stricter_than_argo(details)
            ),
            *rules,
        ]
    dumped = parsed.model_dump(by_alias=True, exclude_unset=True)
    inner = [
        Problem(f"{path}.{problem.path}", problem.message)
        for path, resource in created
        for problem in _check_created(resource)
    ]
    if kind in EVENTS:  # their models do not contain these two
        dumped |= {"apiVersion": API, "kind": kind}
    return [*_unknown_fields("", manifest, dumped), *rules, *inner]


def _as_modelled(manifest: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """The manifest in the format of Hera's models, and the objects that its triggers create, by path.

    The models of Argo Events differ from Argo's own format in two ways. Argo writes the fields of a webhook
    next to its filter, the models write them one level deeper. And the object that a trigger creates can be
    of any type, so it is checked on its own. Source: argo-events 1.9, pkg/apis/events/v1alpha1.
    """
    if manifest["kind"] not in EVENTS or not isinstance(manifest.get("spec"), dict):
        return manifest, []
    spec: dict[str, Any] = copy.deepcopy(manifest["spec"])
    created: list[tuple[str, dict[str, Any]]] = []
    webhooks: Any = spec.get("webhook")
    for name, webhook in webhooks.items() if isinstance(webhooks, dict) else ():
        if isinstance(webhook, dict):
            inline = {key: value for key, value in webhook.items() if key != "filter"}
            webhooks[name] = {key: webhook[key] for key in webhook.keys() & {"filter"}} | {
                "webhookContext": inline
            }
    for event, (inner, names) in _INLINE.items():
        for name, body in (spec[event] if isinstance(spec.get(event), dict) else {}).items():
            if isinstance(body, dict):
                spec[event][name] = {key: value for key, value in body.items() if key not in names} | {
                    inner: {key: body[key] for key in names if key in body}
                }
    triggers: Any = spec.get("triggers")
    for index, trigger in enumerate(triggers if isinstance(triggers, list) else ()):
        for kind in ("k8s", "argoWorkflow"):
            source = _at(trigger, "template", kind, "source")
            resource = source.pop("resource", None) if isinstance(source, dict) else None
            if isinstance(resource, dict):
                created.append((f"spec.triggers[{index}].template.{kind}.source.resource", resource))
    return {**manifest, "spec": spec}, created


def _stricter_than_argo(details: Any) -> bool:
    """Whether Hera's model refuses a scalar that Argo reads: durations, amounts, numbers for texts."""
    if details["loc"][-1] == "realtime":
        return True
    if isinstance(details["input"], (dict, list)) or details["input"] is None:
        return False
    message, name = str(details["msg"]), str(details["loc"][-1])
    return (
        "Int64OrString" in message
        or "Amount" in message
        or ("valid string" in message and name in _ANY_SCALAR)
    )


def _at(value: Any, *path: str) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _check_created(resource: dict[str, Any]) -> list[Problem]:
    """The problems of an object that a trigger creates; its arguments come with the event."""
    api, kind = str(resource.get("apiVersion")), str(resource.get("kind"))
    if not knows(api, kind):
        return []
    return [
        problem for problem in _check(resource) if ".value" not in problem.path or problem.code != "Required"
    ]


def _unknown_fields(path: str, written: Any, parsed: Any) -> Iterator[Problem]:
    """A field that the model did not take over is one that Argo does not have."""
    if isinstance(written, dict) and isinstance(parsed, dict):
        for key, value in written.items():
            where = f"{path}.{key}" if path else key
            if key not in parsed and where.endswith(_DEPRECATED):
                continue
            if key not in parsed:
                hint = suggestion(key, [str(name) for name in parsed])
                yield Problem(where, f"is an unknown field{hint}")
            else:
                yield from _unknown_fields(where, value, parsed[key])
    elif isinstance(written, list) and isinstance(parsed, list):
        for index, (item, other) in enumerate(zip(written, parsed, strict=False)):
            yield from _unknown_fields(f"{path}[{index}]", item, other)


def _rules(manifest: dict[str, Any]) -> Iterator[Problem]:
    """What Argo's controllers check beyond the types."""
    field, kind = Field(manifest), str(manifest["kind"])
    if kind in {"CronWorkflow", "Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}:
        yield from workflows.validate(field)
    elif kind in _EVENT_RULES:
        yield from _EVENT_RULES[kind](field)


_EVENT_RULES = {"EventBus": events.bus, "EventSource": events.source, "Sensor": events.sensor}


def _path(parts: tuple[Any, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
