"""The registered pipeline, or part of it, as a job on the attached compute."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roastery.jobs import asked, models
from roastery.jobs.client import Workspace, silently
from roastery.jobs.errors import JobsError, UsageError, explained
from roastery.jobs.partial import components, following, known, part, wiring

PIPELINE = "pipeline"
_LONGEST = 240
_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{_LONGEST - 1}}}")
CHAMPION = "champion"
"""The input that takes the model in service; the newest champion goes there if nobody says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A job that Azure ML has taken.

    Args:
        name: its name.
        url: where a person looks at it.
        makes: the data asset that each output of each node becomes, None if it becomes none: node → port →
            asset.
    """

    name: str
    url: str
    makes: Mapping[str, Mapping[str, str | None]]
    new: bool = True
    """False if a job of that name was there and is taken up again."""


def submit(
    workspace: Workspace,
    what: str,
    *,
    start: str | None = None,
    name: str | None = None,
    params: Sequence[str] = (),
    inputs: Sequence[str] = (),
    compute: str | None = None,
) -> Submitted:
    """Submits the pipeline, one step, or the pipeline from one step on.

    Args:
        workspace: where.
        what: `pipeline`, or the name of one of its steps.
        start: the step that the pipeline starts from; what the steps before it would have made is handed in.
        name: of the job. One of that name that runs or is done is followed, not repeated; after one that
            failed or was cancelled, the next goes by `<name>-2`, and so on.
        params: `name=value` texts.
        inputs: `name=azureml:asset:version` texts.
        compute: the attached compute; the only one by default.

    Raises:
        UsageError: something is asked that the component does not take; nothing was sent.
        JobsError: Azure ML refuses the job.
        TransientError: it does not answer.
    """
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"--name {name}: should be letters, digits, - and _, {_LONGEST} at most")
    ml = workspace.ml
    pipeline = _pipeline(workspace)
    nodes = wiring(pipeline)
    chosen = _chosen(nodes, what, start)
    some = part(workspace, pipeline, chosen) if chosen != set(nodes) or what != PIPELINE else None
    declared = some.declared if some else _declared(pipeline)
    checked = asked.check(what, declared, params, inputs)
    handed = {**_champion(workspace, declared, checked), **checked.inputs}
    with explained("the job could not be submitted"):
        called, there = _name(ml, name) if name else (None, None)
        where = compute or _compute(ml)
        job = (
            some.job(f"{what} from {start}" if start else what, {**checked.params, **handed}, where)
            if some
            else _whole(pipeline, _values(pipeline, checked.params, handed), where)
        )
        job.name = called or job.name
        done = there or ml.jobs.create_or_update(job)
    run = some.components if some else components(workspace, nodes)
    return Submitted(
        name=done.name,
        url=done.studio_url or "",
        makes={
            name: {port: _asset(nodes[name], port) for port in component.outputs}
            for name, component in run.items()
        },
        new=there is None,
    )


def _name(ml: Any, wanted: str) -> tuple[str, Any]:
    """The name to submit by, and the job that has it already if that has not failed."""
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 - seconds to import

    for number in itertools.count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        try:
            there = ml.jobs.get(name)
        except ResourceNotFoundError:
            return name, None
        if there.status not in {"Failed", "Canceled"}:
            return name, there
    raise AssertionError  # count does not end


def _chosen(nodes: Mapping[str, Any], what: str, start: str | None) -> set[str]:
    """The steps to run."""
    if what != PIPELINE:
        known(nodes, what, [PIPELINE])
        if start:
            raise UsageError(f"--from {start}: {what} is one step", "roast submit pipeline --from STEP")
        return {what}
    if start is None:
        return set(nodes)
    known(nodes, start)
    return following(nodes, start)


def _asset(node: Mapping[str, Any], port: str) -> str | None:
    return ((node.get("outputs") or {}).get(port) or {}).get("name")


def cancel(workspace: Workspace, job: str) -> None:
    """Asks a job to end, and waits until Azure ML has taken that.

    Raises:
        JobsError: there is no such job, or it has ended already.
    """
    with explained(f"job {job} could not be cancelled"), silently():
        workspace.ml.jobs.begin_cancel(job).result()


def _pipeline(workspace: Workspace) -> Any:
    identifier = workspace.reference.require_pipeline()
    parts = identifier.split("/")
    with explained(f"the pipeline {identifier} can't be read"):
        return workspace.ml.components.get(parts[-3], parts[-1])


def _declared(component: Any) -> dict[str, Any]:
    return {
        name: {key: one.get(key) for key in ("type", "optional", "default", "enum", "min", "max")}
        for name, one in component.inputs.items()
    }


def _champion(workspace: Workspace, declared: Mapping[str, Any], checked: asked.Asked) -> dict[str, str]:
    """The model in service as an input, where the component takes one: it is what a new one is judged by."""
    if CHAMPION not in declared or CHAMPION in checked.inputs:
        return {}
    name = checked.params.get("registered_model") or _default(declared, "registered_model")
    found = models.champion(workspace, name) if name else None
    return {CHAMPION: found.reference} if found else {}


def _default(declared: Mapping[str, Any], name: str) -> str | None:
    found = declared.get(name) or {}
    return str(found["default"]) if found.get("default") else None


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
