"""The workflow that audits what is deployed: refresh, policies, flows and the program, by `roast audit`."""

from __future__ import annotations

from hera.workflows import Artifact, NoneArchiveStrategy, Parameter, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.workflows.containers import HOUR
from roastery.components.argo.workflows.infra import CLONE, SIGN_IN, pulumi_container
from roastery.components.argo.workflows.plan import DeploymentSource
from roastery.components.argo.workflows.settings import RuntimeContext
from roastery.components.argo.workflows.template import workflow_template

AUDIT = "audit"
# Whatever was found ends the workflow as failed, so that it reaches people as every failure does.
_AUDIT = (
    CLONE
    + SIGN_IN
    + """
code=0
make --silent stack-audit STACK="$STACK" AUDIT="--markdown /tmp/audit.md" || code=$?
test -f /tmp/audit.md || echo "the audit could not be finished" >/tmp/audit.md
exit "$code"
"""
)


def audit(source: DeploymentSource, runtime: RuntimeContext) -> WorkflowTemplate:
    """Audits the stack against a revision; never while the infrastructure workflow changes it."""
    check = pulumi_container("check", _AUDIT, source, runtime, retry=False, hours=2)
    check.inputs = [Parameter(name="revision", value="{{workflow.parameters.revision}}")]
    check.outputs = [Artifact(name="audit", path="/tmp/audit.md", archive=NoneArchiveStrategy())]  # noqa: S108
    return workflow_template(
        AUDIT,
        [check],
        runtime,
        entrypoint="check",
        description="Compares what is deployed with policies, flows and the program; fails if they differ.",
        seconds=3 * HOUR,
        arguments=[Parameter(name="revision", value="main")],
        synchronization=m.Synchronization(mutexes=[m.Mutex(name=f"infra-{source.stack}")]),
    )
