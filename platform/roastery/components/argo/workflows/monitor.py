"""The workflow that checks for drift and reports it as an event."""

from __future__ import annotations

from hera.workflows import DAG, Parameter, Task, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.workflows.containers import HOUR, container
from roastery.components.argo.workflows.settings import SECRETS_PATH, RuntimeContext
from roastery.components.argo.workflows.template import workflow_template

DRIFT = 10  # exit code of `roast model monitor`: done, and drift was found

# Drift is a result, not a failure: this exit code becomes an output, every other one that of the step.
_CHECK = f"""
code=0
roast model monitor --json >/tmp/report.json || code=$?
cat /tmp/report.json
case "$code" in
  0) printf false >/tmp/drift ;;
  {DRIFT}) printf true >/tmp/drift ;;
  *) exit "$code" ;;
esac
"""


def monitor(runtime: RuntimeContext) -> WorkflowTemplate:
    """Template `check` only checks; the entry point also reports the drift that was found."""
    check = container(
        "check",
        ["sh", "-ec", _CHECK.strip()],
        runtime,
        outputs=[
            Parameter(name="drift", value_from=m.ValueFrom(path="/tmp/drift")),  # noqa: S108
            Parameter(name="report", value_from=m.ValueFrom(path="/tmp/report.json", default="{}")),  # noqa: S108
        ],
        memory="1Gi",
        seconds=2 * HOUR,
        writes_metrics=True,
    )
    report = container(
        "report",
        [
            "python", "-m", "roastery.jobs.post", "event",
            "--to", runtime.drift_url,
            "--token-file", f"{SECRETS_PATH}/{runtime.token_file}",
            "--type", "drift",
            "--data", "{{inputs.parameters.report}}",
        ],
        runtime,
        inputs=[Parameter(name="report")],
        memory="128Mi",
        seconds=600,
        reads_secrets=True,
    )  # fmt: skip
    outputs = "{{tasks.check.outputs.parameters."
    dag = DAG(
        name="monitor",
        tasks=[
            Task(name="check", template="check"),
            Task(
                name="report",
                template="report",
                depends="check",
                when=outputs + "drift}} == true",
                arguments=[Parameter(name="report", value=outputs + "report}}")],
            ),
        ],
    )
    return workflow_template(
        "monitor",
        [dag, check, report],
        runtime,
        entrypoint="monitor",
        description="Measures drift between training and recent data; reports it as an event.",
        seconds=3 * HOUR,
    )
