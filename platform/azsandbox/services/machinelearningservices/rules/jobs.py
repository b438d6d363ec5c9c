"""What Azure ML refuses about jobs in the form of ARM: of a program, of a schedule and of the SDK's own PUT.

Source: Microsoft.MachineLearningServices 2025-12-01 (REST specification); azure-ai-ml 1.35, `_schema/job`;
learn.microsoft.com, "CLI (v2) command|sweep|pipeline job YAML schema" (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.machinelearningservices.rules import (
    commands,
    instance_types,
    pipeline_components,
    pipelines,
    references,
    sweeps,
    uris,
)
from azsandbox.services.machinelearningservices.rules.reading import at, items, named, seconds, section, text

_SCHEDULED = "properties.action.jobDefinition"
_NAME = re.compile(r"[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)*", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LITERAL = "literal"


def job_is_valid(inputs: Values) -> Iterator[Problem]:
    """A job of its own."""
    yield from problems(section(inputs, "properties"), "properties")


def scheduled_job_is_valid(inputs: Values) -> Iterator[Problem]:
    """The job that a schedule submits."""
    if at(inputs, "properties.action.actionType") == "CreateJob":
        yield from problems(section(inputs, _SCHEDULED), _SCHEDULED)


def problems(job: Values, path: str) -> Iterator[Problem]:
    kind = job.get("jobType")
    yield from _ports(job, path)
    yield from _limits(job.get("limits"), f"{path}.limits")
    yield from _notification(job.get("notificationSetting"), f"{path}.notificationSetting")
    yield from _services(job.get("services"), f"{path}.services")
    if kind == "Command":
        yield from commands.command_problems(job, f"{path}.command")
        yield from _run_settings(job, path)
    elif kind == "Sweep":
        trial = section(job.get("trial"))
        used = {**trial, "inputs": job.get("inputs"), "outputs": job.get("outputs")}
        space = section(job.get("searchSpace"))
        yield from commands.command_problems(used, f"{path}.trial.command", search_space=space)
        yield from _run_settings(trial, f"{path}.trial")
        yield from sweeps.problems(job, path)
    elif kind == "Pipeline":
        yield from _pipeline(job, path)


def _run_settings(job: Values, path: str) -> Iterator[Problem]:
    yield from commands.job_distribution_problems(job.get("distribution"), f"{path}.distribution")
    yield from commands.resource_problems(job.get("resources"), f"{path}.resources", camel=True)
    for name, kind in (("environmentId", "environments"), ("codeId", "codes")):
        reference = text(job.get(name))
        if reference and not reference.startswith(("azureml:", "/subscriptions/")):
            yield Problem(
                f"{path}.{name}",
                f"{reference!r} names nothing: use the ARM id of one of the workspace's {kind}, or "
                "azureml:<name>:<version>",
            )


def _pipeline(job: Values, path: str) -> Iterator[Problem]:
    if job.get("componentId") is None and not job.get("jobs") and job.get("sourceJobId") is None:
        yield Problem(f"{path}.jobs", "is required, unless there is a componentId", code="required")
    if job.get("componentId") is None or job.get("jobs"):
        yield from pipelines.problems(job, path)


def _ports(job: Values, path: str) -> Iterator[Problem]:
    for direction in ("inputs", "outputs"):
        for name, port in named(job.get(direction)):
            where = f"{path}.{direction}.{name}"
            if not _NAME.fullmatch(name):
                yield Problem(
                    where, f"{name!r} is not a valid parameter name: letters, digits and underscores"
                )
            values = section(port)
            kind = text(values.get("jobInputType")) or text(values.get("jobOutputType"))
            uri = text(values.get("uri"))
            if uri and kind and kind != _LITERAL and "${{" not in uri:
                yield from uris.problems(uri, f"{where}.uri", assets=direction == "inputs")


def _limits(limits: Any, path: str) -> Iterator[Problem]:
    for name in ("timeout", "trialTimeout"):
        value = text(section(limits).get(name))
        if value and not seconds(value):
            yield Problem(
                f"{path}.{name}", f"{value!r} is not an ISO 8601 duration above zero, such as PT1H30M"
            )


def _notification(setting: Any, path: str) -> Iterator[Problem]:
    values = section(setting)
    for index, email in enumerate(items(values.get("emails"))):
        address = text(email)
        if address and not _EMAIL.fullmatch(address):
            yield Problem(f"{path}.emails[{index}]", f"{address!r} is not an address of e-mail")
    if values.get("emailOn") and not values.get("emails"):
        yield Problem(f"{path}.emails", "is required with emailOn", code="required")


def _services(services: Any, path: str) -> Iterator[Problem]:
    for name, service in named(services):
        yield from commands.whole_number(section(service), f"{path}.{name}", "port", 1, 65535)


# with the subscription


def references_exist(request: Request) -> None:
    """Assets, computes and datastores of a job exist in its workspace; the types of bindings agree."""
    references.asset_references_exist(request)
    properties = section(request.inputs, "properties")
    check(request, properties, "properties")


def scheduled_job_can_run(request: Request) -> None:
    """The ids of a scheduled job are of the right types, and its inputs are those of its component."""
    references.asset_references_exist(request)
    job = section(request.inputs, _SCHEDULED)
    if job:
        check(request, job, _SCHEDULED)


def check(request: Request, job: Values, path: str) -> None:
    _check_computes(request, job, path)
    component = text(job.get("componentId"))
    if job.get("jobType") == "Pipeline":
        if component:
            references.check_asset(request, component, "components", f"{path}.componentId")
        spec = pipeline_components.component_of(request, component)
        if spec:
            pipeline_components.check_inputs(request, section(spec.get("inputs")), section(job.get("inputs")))
        if job.get("jobs"):
            pipeline_components.check(request, job, path)


def _check_computes(request: Request, job: Values, path: str) -> None:
    for where in ("computeId", "settings.default_compute"):
        reference = text(at(job, where))
        if reference:
            compute = references.check_compute(request, reference, f"{path}.{where}")
            if compute is not None and where == "computeId":
                resources = section(job.get("resources")) or section(job, "trial.resources")
                instance_types.check(
                    request, compute, resources.get("instanceType"), f"{path}.resources.instanceType"
                )
    for name, node in named(job.get("jobs")):
        for key in ("computeId", "compute"):
            reference = text(section(node).get(key))
            if reference and "${{" not in reference:
                references.check_compute(request, reference, f"{path}.jobs.{name}.{key}")


def component_is_consistent(request: Request) -> None:
    """What a component's spec refers to exists; the steps of a pipeline fit their components.

    Raises:
        ArmError: they do not.
    """
    references.asset_references_exist(request)
    spec = section(request.inputs, "properties.componentSpec")
    if spec.get("type") == "pipeline":
        pipeline_components.check(request, spec, "properties.componentSpec")


def job_is_new(request: Request) -> None:
    """A submitted job can't be sent again with other content."""
    if request.existing is not None and request.existing.inputs.get("properties") != request.at("properties"):
        raise ArmError(
            400, "UserError", f"Job '{request.name}' has been submitted: submit another one, with a new name."
        )
