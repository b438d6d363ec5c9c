"""The workflow that trains and promotes a new model: all the others, one after another."""

from __future__ import annotations

from hera.workflows import DAG, Parameter, Task, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.workflows.containers import HOUR
from roastery.components.argo.workflows.jobs import ENTRY
from roastery.components.argo.workflows.plan import JobChain
from roastery.components.argo.workflows.settings import RuntimeContext
from roastery.components.argo.workflows.template import semaphore, workflow_template

RETRAIN = "retrain"


def retrain(chain: JobChain, runtime: RuntimeContext) -> WorkflowTemplate:
    """Runs the jobs, promotes the model that they registered, and checks it once for drift.

    It holds a semaphore of one: a second retrain waits for the first, in order of creation, and then uses its
    result. The last task refers to the template that only checks: if it reported drift as an event, a model
    that drifts from the start would be retrained for ever.

    Raises:
        ArgoError: a job reads what no earlier job registers, or none registers the model.
    """
    registered: dict[str, str] = {}
    tasks: list[Task] = []
    for job in chain.jobs:
        missing = [name for name in job.inputs if name not in registered]
        if missing:
            raise ArgoError(
                f"job {job.template} reads {', '.join(missing)}, which no job before it registers",
                f"known: {', '.join(registered) or 'none'}",
            )
        before = list(dict.fromkeys(registered[name] for name in job.inputs))
        tasks.append(
            Task(
                name=job.template,
                template_ref=m.TemplateRef(name=job.template, template=ENTRY),
                depends=" && ".join(before) or None,
                arguments=[
                    *(Parameter(name=name, value=_output(registered[name], name)) for name in job.inputs),
                    *(
                        Parameter(name=name, value=f"{{{{workflow.parameters.{name}}}}}")
                        for name in job.params
                    ),
                ],
            )
        )
        registered |= dict.fromkeys(job.outputs, job.template)
    last, _, model = chain.model.partition(".")
    if registered.get(model) != last:
        raise ArgoError(f"no job registers the model {chain.model}", f"known: {', '.join(registered)}")
    tasks += _after(last, _output(last, model))
    params = {name: value for job in chain.jobs for name, value in job.params.items()}
    return workflow_template(
        RETRAIN,
        [DAG(name=RETRAIN, tasks=[*tasks])],
        runtime,
        entrypoint=RETRAIN,
        description="Imports, preprocesses, trains, promotes what passed its gate, and checks it.",
        seconds=(sum(job.hours for job in chain.jobs) + 6) * HOUR,
        arguments=[
            Parameter(name="reason", value="asked for by a person"),
            *(Parameter(name=name, value=value) for name, value in params.items()),
        ],
        synchronization=semaphore(RETRAIN),
    )


def _after(last: str, model: str) -> list[Task]:
    """Promotion, only if a model was registered: the gate may have refused it."""
    return [
        Task(
            name="deploy",
            template_ref=m.TemplateRef(name="deploy", template=ENTRY),
            depends=last,
            when=f"'{model}' != ''",
            arguments=[Parameter(name="model", value=model)],
        ),
        Task(
            name="check",
            template_ref=m.TemplateRef(name="monitor", template="check"),
            depends="deploy.Succeeded",
        ),
    ]


def _output(task: str, name: str) -> str:
    return f"{{{{tasks.{task}.outputs.parameters.{name}}}}}"
