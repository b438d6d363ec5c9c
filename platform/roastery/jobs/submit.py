"""The registered pipeline, or one of its steps, as a job on the attached compute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from roastery.jobs import asked, models
from roastery.jobs.client import Workspace, silently
from roastery.jobs.errors import JobsError, UsageError, explained

PIPELINE: Final = "pipeline"
CHAMPION: Final = "champion"
"""The input that takes the model in service; the newest champion goes there if nobody says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A job that Azure ML has taken.

    Args:
        name: its name.
        url: where a person looks at it.
        named: the data asset that each output of each node becomes: node → port → asset.
    """

    name: str
    url: str
    named: Mapping[str, Mapping[str, str]]


def submit(
    workspace: Workspace,
    what: str,
    *,
    params: Sequence[str] = (),
    inputs: Sequence[str] = (),
    compute: str | None = None,
) -> Submitted:
    """Submits the pipeline or one step.

    Args:
        workspace: where.
        what: `pipeline`, or the name of one of its steps.
        params: `name=value` texts.
        inputs: `name=azureml:asset:version` texts.
        compute: the attached compute; the only one by default.

    Raises:
        UsageError: something is asked that the component does not take; nothing was sent.
        JobsError: Azure ML refuses the job.
        TransientError: it does not answer.
    """
    ml = workspace.ml
    pipeline = _pipeline(workspace)
    nodes: Mapping[str, Any] = pipeline.jobs
    component = pipeline if what == PIPELINE else _step(workspace, what, nodes)
    checked = asked.check(what, _declared(component), params, inputs)
    handed = {**_champion(workspace, component, checked), **checked.inputs}
    with explained("the job could not be submitted"):
        where = compute or _compute(ml)
        values = _values(component, checked.params, handed)
        job = (
            _whole(pipeline, values, where)
            if what == PIPELINE
            else _single(what, nodes[what], component, values, where)
        )
        done = ml.jobs.create_or_update(job)
    shown = nodes if what == PIPELINE else {what: nodes[what]}
    return Submitted(
        name=done.name,
        url=done.studio_url or "",
        named={
            node: {port: out.name for port, out in body.outputs.items() if out.name}
            for node, body in shown.items()
        },
    )


def cancel(workspace: Workspace, job: str) -> None:
    """Asks a job to end, and waits until Azure ML has taken that.

    Raises:
        JobsError: there is no such job, or it has ended already.
    """
    with explained(f"job {job} could not be cancelled"), silently():
        workspace.ml.jobs.begin_cancel(job).result()


def _pipeline(workspace: Workspace) -> Any:
    identifier = workspace.place.require_pipeline()
    parts = identifier.split("/")
    with explained(f"the pipeline {identifier} can't be read"):
        return workspace.ml.components.get(parts[-3], parts[-1])


def _step(workspace: Workspace, what: str, nodes: Mapping[str, Any]) -> Any:
    if what not in nodes:
        raise UsageError(f"there is no step {what}", asked.suggestion(what, [PIPELINE, *nodes]))
    name, _, version = _reference(nodes[what]).removeprefix("azureml:").partition(":")
    with explained(f"the component of {what} can't be read"):
        return workspace.ml.components.get(name, version)


def _reference(node: Any) -> str:
    component = node.component
    text = component if isinstance(component, str) else component.id
    if "/components/" not in text:
        return text
    parts = text.split("/")
    return f"{parts[-3]}:{parts[-1]}"


def _declared(component: Any) -> dict[str, Any]:
    return {
        name: {key: one.get(key) for key in ("type", "optional", "default", "enum", "min", "max")}
        for name, one in component.inputs.items()
    }


def _champion(workspace: Workspace, component: Any, checked: asked.Asked) -> dict[str, str]:
    """The model in service as an input, where the component takes one: it is what a new one is judged by."""
    if CHAMPION not in component.inputs or CHAMPION in checked.inputs:
        return {}
    name = checked.params.get("registered_model") or _default(component, "registered_model")
    found = models.champion(workspace, name) if name else None
    return {CHAMPION: found.reference} if found else {}


def _default(component: Any, name: str) -> str | None:
    declared = component.inputs.get(name)
    return str(declared.get("default")) if declared is not None and declared.get("default") else None


def _values(component: Any, params: Mapping[str, str], inputs: Mapping[str, str]) -> dict[str, Any]:
    from azure.ai.ml import Input  # noqa: PLC0415 - seconds to import

    data = {
        name: Input(type=str(component.inputs[name].type), path=address) for name, address in inputs.items()
    }
    return {**params, **data}


def _compute(ml: Any) -> str:
    """The attached cluster, if there is only one."""
    found = [one.name for one in ml.compute.list() if str(one.type).lower() == "kubernetes"]
    if len(found) == 1:
        return found[0]
    if not found:
        raise JobsError("no cluster is attached to the workspace", "deploy with cluster.reachable: true")
    raise UsageError(f"the workspace has several clusters: {', '.join(found)}", "choose one with --compute")


def _whole(pipeline: Any, values: Mapping[str, Any], compute: str) -> Any:
    from azure.ai.ml.entities import PipelineJob, PipelineJobSettings  # noqa: PLC0415

    return PipelineJob(
        component=pipeline.id,
        display_name=pipeline.name,
        experiment_name=pipeline.name,
        inputs=dict(values),
        settings=PipelineJobSettings(default_compute=compute),
    )


def _single(name: str, node: Any, component: Any, values: Mapping[str, Any], compute: str) -> Any:
    """One step as the pipeline would run it: its environment, its instance type, its named outputs."""
    from azure.ai.ml import Output  # noqa: PLC0415
    from azure.ai.ml.entities import (  # noqa: PLC0415
        Command,
        JobResourceConfiguration,
        ManagedIdentityConfiguration,
        PipelineJob,
        PipelineJobSettings,
    )

    instance = dict(node.resources or {}).get("instance_type")
    alone = Command(
        component=f"azureml:{component.name}:{component.version}",
        inputs=dict(values),
        outputs={
            port: Output(type=str(component.outputs[port].type), name=out.name)
            for port, out in node.outputs.items()
            if out.name
        },
        environment_variables=dict(node.environment_variables or {}),
        resources=JobResourceConfiguration(instance_type=instance) if instance else None,
        identity=ManagedIdentityConfiguration(),
    )
    return PipelineJob(
        display_name=name,
        experiment_name=name,
        jobs={name: alone},
        settings=PipelineJobSettings(default_compute=compute),
    )
