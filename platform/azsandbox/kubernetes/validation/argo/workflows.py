"""Workflows, workflow templates and cron workflows: entry points, arguments, schedules."""

from __future__ import annotations

from azsandbox.kubernetes.validation import cron, selectors
from azsandbox.kubernetes.validation.argo import templates
from azsandbox.kubernetes.validation.argo.names import Scope, argument_values, named
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.schema.validate import suggestion

_LONGEST, _LONGEST_CRON = 63, 52
_STRATEGIES = ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")
_POLICIES = ("Allow", "Forbid", "Replace")


def validate(manifest: Field) -> Problems:
    """The problems of a workflow of any kind that has the right types."""
    kind, name, spec = manifest["kind"].text, manifest["metadata"]["name"], manifest["spec"]
    longest = _LONGEST_CRON if kind == "CronWorkflow" else _LONGEST
    if len(name.text) > longest:
        yield name.invalid(f"must not be more than {longest} characters long")
    if kind == "CronWorkflow":
        yield from _cron(spec)
        spec = spec["workflowSpec"]
    if isinstance(spec.value, dict):
        yield from _spec(spec, whole=kind in {"Workflow", "CronWorkflow"})


def _cron(spec: Field) -> Problems:
    schedule, schedules = spec["schedule"], spec["schedules"]
    if schedule.text and schedules.count:
        yield schedules.invalid("cron workflow cant be configured with both Spec.Schedule and Spec.Schedules")
    for item in [schedule, *schedules.items()]:
        if item.text or (item.is_text and item is not schedule):
            yield from item.matches(cron.complaints)
    yield from spec["concurrencyPolicy"].option(_POLICIES)
    yield from spec["startingDeadlineSeconds"].at_least(0, "must be positive")


def _spec(spec: Field, *, whole: bool) -> Problems:
    entrypoint, reference, listed = spec["entrypoint"], spec["workflowTemplateRef"], spec["templates"]
    if reference.present:
        if listed.count:
            yield listed.invalid(
                "is invalid field in spec if workflow referred WorkflowTemplate reference", "[…]"
            )
        yield from reference["name"].need()
        return
    scope = Scope(spec=spec, whole=whole)
    yield from named(listed, templates=True)
    yield from argument_values(spec["arguments"], required=whole)
    if whole:
        yield from entrypoint.need("spec.entrypoint is required")
    yield from _roles(spec, scope)
    for template in listed.items():
        if isinstance(template.value, dict):
            yield from templates.validate(template, scope)
    entry = scope.templates.get(entrypoint.text)
    if whole and entry is not None:
        yield from templates.supplied(entry, spec["arguments"], entrypoint)


def _roles(spec: Field, scope: Scope) -> Problems:
    for role in (spec["entrypoint"], spec["onExit"]):
        if (
            role.text
            and role.text not in scope.templates
            and "{{" not in role.text
            and not spec["templates"].unknown
        ):
            hint = suggestion(role.text, scope.templates)
            yield role.invalid(f"template {role.text!r} is not defined{hint}")
    for hook, body in spec["hooks"].entries():
        if hook != "exit":
            yield from body["expression"].need("Expression required")
        yield from templates.reference(body, scope)
    yield from spec["podGC"]["strategy"].option(_STRATEGIES)
    yield from selectors.label_selector(spec["podGC"]["labelSelector"])
