"""Workflow templates that run one Azure ML job and return what it registered."""

from __future__ import annotations

from hera.workflows import Parameter, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.workflows.containers import HOUR, container
from roastery.components.argo.workflows.settings import Job, RuntimeContext
from roastery.components.argo.workflows.template import workflow_template

OUTPUTS = "/tmp/outputs"  # noqa: S108 - a volume of its own
ENTRY = "run"
NAME = "{}-{{{{workflow.uid}}}}"


def submit(job: Job, runtime: RuntimeContext) -> WorkflowTemplate:
    """Submits the job, waits for its end, and returns its outputs as `azureml:<asset>:<version>`."""
    inputs = [Parameter(name=name) for name in job.inputs]
    params = [Parameter(name=name, value=value) for name, value in job.params.items()]
    command = ["roast", "job", "submit", job.target, *(["--from", job.start] if job.start else [])]
    for flag, parameters in (("--input", inputs), ("--param", params)):
        for parameter in parameters:
            command += [flag, f"{parameter.name}={{{{inputs.parameters.{parameter.name}}}}}"]
    run = container(
        ENTRY,
        # By its name a retried pod finds the job that the first one submitted.
        [*command, "--name", NAME.format(job.template), "--wait", "--json", "--outputs-to", OUTPUTS],
        runtime,
        inputs=[*inputs, *(Parameter(name=name, default=value) for name, value in job.params.items())],
        outputs=[
            Parameter(name=name, value_from=m.ValueFrom(path=f"{OUTPUTS}/{name}", default=""))
            for name in job.outputs
        ],
        env=dict(job.environment),
        seconds=job.hours * HOUR,
    )
    return workflow_template(
        job.template,
        [run],
        runtime,
        entrypoint=ENTRY,
        description=f"Runs {_steps(job)} as an Azure ML job and waits for it.",
        seconds=(job.hours + 1) * HOUR,
        arguments=[*inputs, *params],
    )


def _steps(job: Job) -> str:
    return f"{job.target} from {job.start} on" if job.start else job.target


def deploy(runtime: RuntimeContext) -> WorkflowTemplate:
    """Promotes a model: the idle colour, a smoke test, traffic in steps, a rollback if errors increase."""
    promote = container(
        ENTRY,
        ["roast", "model", "promote", "--model", "{{inputs.parameters.model}}", "--json"],
        runtime,
        inputs=[Parameter(name="model")],
        seconds=3 * HOUR,
        # Two promotions of one endpoint would overwrite each other's traffic.
        mutex="promotion",
    )
    return workflow_template(
        "deploy",
        [promote],
        runtime,
        entrypoint=ENTRY,
        description="Promotes a registered model to the endpoint, in steps.",
        seconds=4 * HOUR,
        arguments=[Parameter(name="model")],
    )
