"""Jobs of workflows, made from the steps of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roastery.components.argo.workflows.settings import Job
from roastery.components.assets.steps import PipelineDescription


def job_of_steps(
    template: str,
    pipeline: PipelineDescription,
    steps: Sequence[str],
    *,
    hours: int,
    environment: Mapping[str, str],
) -> Job:
    """Some steps of a pipeline as one job: it reads what other steps write, and takes each parameter once.

    Args:
        template: name of its workflow template.
        pipeline: of the steps.
        steps: in their order; the first one is the job's target.
        hours: deadline.
        environment: variables of this job; none is a secret.
    """
    nodes = [node for node in pipeline.nodes if node.step.name in steps]
    sources = [source.partition(".") for node in nodes for source in node.inputs.values()]
    params = [param for node in nodes for param in node.step.params if param.default is not None]
    return Job(
        template=template,
        target=steps[0],
        inputs=tuple(dict.fromkeys(port for step, _, port in sources if step not in (*steps, "pipeline"))),
        outputs=tuple(port.name for node in nodes for port in node.step.outputs),
        params={param.name: str(param.default) for param in params},
        environment=environment,
        hours=hours,
    )
