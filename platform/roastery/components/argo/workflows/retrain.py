"""The workflow that makes a new model: all the others, one after another."""

from __future__ import annotations

from hera.workflows import DAG, Parameter, Task, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.workflows.containers import HOUR
from roastery.components.argo.workflows.jobs import ENTRY
from roastery.components.argo.workflows.plan import Chain
from roastery.components.argo.workflows.settings import RuntimeContext
from roastery.components.argo.workflows.template import semaphore, workflow_template

RETRAIN = "retrain"


def retrain(chain: Chain, runtime: RuntimeContext) -> WorkflowTemplate:
    """Runs the jobs, promotes what they registered, and looks once at the model now in service.

    It holds a semaphore of one: a second retrain waits for the first, in order of creation, and then sees its
    result. The last look refers to the template that only checks; if it raised an event, a model that drifts
    from the start would retrain for ever.
    """
    made: dict[str, str] = {}
    tasks: list[Task] = []
    for job in chain.jobs:
        missing = [name for name in job.inputs if name not in made]
        if missing:
            raise ArgoError(
                f"job {job.template} reads {', '.join(missing)}, which no job before it makes",
                f"known: {', '.join(made) or 'nothing yet'}",
            )
        before = list(dict.fromkeys(made[name] for name in job.inputs))
        tasks.append(
            Task(
                name=job.template,
                template_ref=m.TemplateRef(name=job.template, template=ENTRY),
                depends=" && ".join(before) or None,
                arguments=[
                    *(Parameter(name=name, value=_output(made[name], name)) for name in job.inputs),
                    *(
                        Parameter(name=name, value=f"{{{{workflow.parameters.{name}}}}}")
                        for name in job.params
                    ),
                ],
            )
        )
        made |= dict.fromkeys(job.outputs, job.template)
    last, _, model = chain.model.partition(".")
    if made.get(model) != last:
        raise ArgoError(f"no job makes the model {chain.model}", f"known: {', '.join(made)}")
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
    """Promotion only if a model was registered: the gate may have kept the champion."""
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
