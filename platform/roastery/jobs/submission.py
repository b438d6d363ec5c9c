"""Submitting the registered pipeline, or some steps of it, as a job on the attached compute."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roastery.jobs.arguments import JobArguments, check_arguments
from roastery.jobs.client import WorkspaceClient, silence_sdk
from roastery.jobs.errors import JobsError, UsageError, translate_errors
from roastery.jobs.models import find_champion
from roastery.jobs.partial_pipeline import (
    downstream,
    pipeline_nodes,
    read_components,
    require_step,
    select_steps,
)

PIPELINE = "pipeline"
_NAME_LENGTH = 240
_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{_NAME_LENGTH - 1}}}")
CHAMPION = "champion"
"""The input that takes the model in service; by default the newest champion."""


@dataclass(frozen=True, kw_only=True)
class SubmittedJob:
    """A job that Azure ML has accepted.

    Args:
        name: its name.
        url: its page in Azure ML studio.
        output_assets: the data asset that each output of each node becomes, None if it becomes none: node →
            port → asset.
    """

    name: str
    url: str
    output_assets: Mapping[str, Mapping[str, str | None]]
    new: bool = True
    """False if there was a job of that name and it is followed again."""


def submit(
    workspace: WorkspaceClient,
    what: str,
    *,
    start: str | None = None,
    name: str | None = None,
    params: Sequence[str] = (),
    inputs: Sequence[str] = (),
    compute: str | None = None,
) -> SubmittedJob:
    """Submits the pipeline, one step, or the pipeline from one step on.

    Args:
        workspace: the client of the pipeline's workspace.
        what: `pipeline`, or the name of one of its steps.
        start: the step that the pipeline starts from; the outputs of the steps before it are inputs then.
        name: of the job. A job of that name that runs or has completed is followed, not repeated; after one
            that failed or was cancelled, the next is named `<name>-2`, and so on.
        params: `name=value` texts.
        inputs: `name=azureml:asset:version` texts.
        compute: the attached compute; the only one by default.

    Raises:
        UsageError: an option names what the component does not take; nothing was sent.
        JobsError: Azure ML refuses the job.
        TransientError: it does not answer.
    """
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"--name {name}: should be letters, digits, - and _, {_NAME_LENGTH} at most")
    ml = workspace.ml
    pipeline = _pipeline(workspace)
    nodes = pipeline_nodes(pipeline)
    chosen = _chosen_steps(nodes, what, start)
    whole = chosen == set(nodes) and what == PIPELINE
    partial = None if whole else select_steps(workspace, pipeline, chosen)
    declared = partial.declared if partial else _declarations(pipeline)
    arguments = check_arguments(what, declared, params, inputs)
    assets = {**_champion_input(workspace, declared, arguments), **arguments.inputs}
    with translate_errors("the job could not be submitted"):
        job_name, existing = _free_name(ml, name) if name else (None, None)
        cluster = compute or _only_compute(ml)
        job = (
            partial.job(f"{what} from {start}" if start else what, {**arguments.params, **assets}, cluster)
            if partial
            else _pipeline_job(pipeline, _values(pipeline, arguments.params, assets), cluster)
        )
        job.name = job_name or job.name
        accepted = existing or ml.jobs.create_or_update(job)
    components = partial.components if partial else read_components(workspace, nodes)
    return SubmittedJob(
        name=accepted.name,
        url=accepted.studio_url or "",
        output_assets={
            node: {port: _asset(nodes[node], port) for port in component.outputs}
            for node, component in components.items()
        },
        new=existing is None,
    )


def _free_name(ml: Any, wanted: str) -> tuple[str, Any]:
    """The name to submit by, and the job that has it already if that has not failed."""
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 - seconds to import

    for number in itertools.count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        try:
            existing = ml.jobs.get(name)
        except ResourceNotFoundError:
            return name, None
        if existing.status not in {"Failed", "Canceled"}:
            return name, existing
    raise AssertionError  # count does not end


def _chosen_steps(nodes: Mapping[str, Any], what: str, start: str | None) -> set[str]:
    """The steps to run."""
    if what != PIPELINE:
        require_step(nodes, what, [PIPELINE])
        if start:
            raise UsageError(f"--from {start}: {what} is one step", "roast job submit pipeline --from STEP")
        return {what}
    if start is None:
        return set(nodes)
    require_step(nodes, start)
    return downstream(nodes, start)


def _asset(node: Mapping[str, Any], port: str) -> str | None:
    return ((node.get("outputs") or {}).get(port) or {}).get("name")


def cancel(workspace: WorkspaceClient, job: str) -> None:
    """Cancels a job, and waits until Azure ML has accepted that.

    Raises:
        JobsError: there is no such job, or it has ended already.
    """
    with translate_errors(f"job {job} could not be cancelled"), silence_sdk():
        workspace.ml.jobs.begin_cancel(job).result()


def _pipeline(workspace: WorkspaceClient) -> Any:
    identifier = workspace.reference.require_pipeline()
    parts = identifier.split("/")
    with translate_errors(f"the pipeline {identifier} can't be read"):
        return workspace.ml.components.get(parts[-3], parts[-1])


def _declarations(component: Any) -> dict[str, Any]:
    return {
        name: {key: declared.get(key) for key in ("type", "optional", "default", "enum", "min", "max")}
        for name, declared in component.inputs.items()
    }


def _champion_input(
    workspace: WorkspaceClient, declared: Mapping[str, Any], arguments: JobArguments
) -> dict[str, str]:
    """The model in service as an input, where the component takes one: a new model is compared with it."""
    if CHAMPION not in declared or CHAMPION in arguments.inputs:
        return {}
    name = arguments.params.get("registered_model") or _default(declared, "registered_model")
    champion = find_champion(workspace, name) if name else None
    return {CHAMPION: champion.reference} if champion else {}


def _default(declared: Mapping[str, Any], name: str) -> str | None:
    declaration = declared.get(name) or {}
    return str(declaration["default"]) if declaration.get("default") else None


def _values(component: Any, params: Mapping[str, str], inputs: Mapping[str, str]) -> dict[str, Any]:
    from azure.ai.ml import Input  # noqa: PLC0415 - seconds to import

    data = {
        name: Input(type=str(component.inputs[name].type), path=address) for name, address in inputs.items()
    }
    return {**params, **data}


def _only_compute(ml: Any) -> str:
    """The attached cluster, if there is only one."""
    clusters = [compute.name for compute in ml.compute.list() if str(compute.type).lower() == "kubernetes"]
    if len(clusters) == 1:
        return clusters[0]
    if not clusters:
        raise JobsError("no cluster is attached to the workspace", "deploy with cluster.reachable: true")
    raise UsageError(
        f"the workspace has several clusters: {', '.join(clusters)}", "choose one with --compute"
    )


def _pipeline_job(pipeline: Any, values: Mapping[str, Any], compute: str) -> Any:
    from azure.ai.ml.entities import PipelineJob, PipelineJobSettings  # noqa: PLC0415

    return PipelineJob(
        component=pipeline.id,
        display_name=pipeline.name,
        experiment_name=pipeline.name,
        inputs=dict(values),
        settings=PipelineJobSettings(default_compute=compute),
    )
