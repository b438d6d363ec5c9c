"""The workflow that changes infrastructure: preview, approval by a person, up; all inside the VNet."""

from __future__ import annotations

from hera.workflows import DAG, Artifact, Container, NoneArchiveStrategy, Parameter, Task, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.workflows.containers import HOUR, container
from roastery.components.argo.workflows.plan import DeploymentSource
from roastery.components.argo.workflows.settings import SECRETS_PATH, RuntimeContext
from roastery.components.argo.workflows.template import DAY, workflow_template

# The revision comes from outside: a variable, not part of the script, and refused if it looks like an option.
# Git reads the token from its file through a credential helper: no command line shows it.
CLONE = f"""
case "$REVISION" in ""|-*) echo "revision '$REVISION' is not a commit, branch or tag" >&2; exit 2 ;; esac
export TOKEN_FILE="{SECRETS_PATH}/$TOKEN_NAME"
git -c credential.helper='!f() {{ echo username=git; echo "password=$(cat "$TOKEN_FILE")"; }}; f' \\
  clone --quiet --filter=blob:none --no-checkout "$REPOSITORY" /tmp/src || exit 75
cd /tmp/src
git rev-parse --verify --quiet "$REVISION^{{commit}}" >/tmp/commit || \\
  git rev-parse --verify --quiet "origin/$REVISION^{{commit}}" >/tmp/commit || \\
  {{ echo "revision '$REVISION' does not exist" >&2; exit 2; }}
git checkout --quiet --detach "$(cat /tmp/commit)"
"""
# The packages are those of the image, the code is that of the checkout: the Makefile combines them.
# The webhook of workload identity sets AZURE_* in the pod; azure-native reads ARM_*.
SIGN_IN = """
export ARM_CLIENT_ID="$AZURE_CLIENT_ID" ARM_OIDC_TOKEN_FILE_PATH="$AZURE_FEDERATED_TOKEN_FILE"
"""
_PREVIEW = (
    CLONE
    + SIGN_IN
    + """
make --silent stack-preview STACK="$STACK" PREVIEW=--json >/tmp/preview.json
python - <<'SUM' >/tmp/changes
import json
summary = json.load(open("/tmp/preview.json")).get("changeSummary", {})
print(sum(count for step, count in summary.items() if step != "same"), end="")
SUM
"""
)
# Without --expect-no-changes: what was approved is this commit, and the state may have changed since.
_UP = CLONE + SIGN_IN + 'make --silent stack-up STACK="$STACK"\n'


def infra(source: DeploymentSource, runtime: RuntimeContext) -> WorkflowTemplate:
    """Preview of a revision, then approval, then `pulumi up` of exactly that commit."""
    out = "{{tasks.preview.outputs.parameters."
    commit = [Parameter(name="revision", value=out + "commit}}")]
    changed = out + "changes}} != 0"
    answer = "{{tasks.approval.outputs.parameters.approve}}"
    dag = DAG(
        name="infra",
        tasks=[
            Task(
                name="preview",
                template="preview",
                arguments=[Parameter(name="revision", value="{{workflow.parameters.revision}}")],
            ),
            Task(name="approval", template="approval", depends="preview", when=changed),
            Task(
                name="up",
                template="up",
                depends="approval.Succeeded",
                when=f"{answer} == YES",
                arguments=commit,
            ),
            Task(name="declined", template="declined", depends="approval.Succeeded", when=f"{answer} != YES"),
        ],
    )
    declined = container(
        "declined",
        ["sh", "-ec", "echo 'not approved in time, or declined: nothing was changed' >&2; exit 1"],
        runtime,
        memory="64Mi",
        seconds=300,
        retry=False,
    )
    return workflow_template(
        "infra",
        [dag, _preview(source, runtime), _approval(), _up(source, runtime), declined],
        runtime,
        entrypoint="infra",
        description="Previews a revision, waits for approval, and deploys exactly that commit.",
        # A day for the approval, and time for preview and `up`: the deadline must not interrupt an `up`.
        seconds=DAY + 6 * HOUR,
        arguments=[Parameter(name="revision", value="main")],
        synchronization=m.Synchronization(mutexes=[m.Mutex(name=f"infra-{source.stack}")]),
    )


def _preview(source: DeploymentSource, runtime: RuntimeContext) -> Container:
    template = pulumi_container("preview", _PREVIEW, source, runtime, retry=True, hours=1)
    template.outputs = [
        Parameter(name="commit", value_from=m.ValueFrom(path="/tmp/commit")),  # noqa: S108
        Parameter(name="changes", value_from=m.ValueFrom(path="/tmp/changes")),  # noqa: S108
        Artifact(name="preview", path="/tmp/preview.json", archive=NoneArchiveStrategy()),  # noqa: S108
    ]
    return template


def _up(source: DeploymentSource, runtime: RuntimeContext) -> Container:
    # No retry: an interrupted `up` leaves a lock and an incomplete change, which a person has to look at.
    return pulumi_container("up", _UP, source, runtime, retry=False, hours=3)


def pulumi_container(
    name: str, script: str, source: DeploymentSource, runtime: RuntimeContext, *, retry: bool, hours: int
) -> Container:
    """A container that runs a script as the account that changes infrastructure, with Pulumi's settings."""
    return container(
        name,
        ["sh", "-ec", script.strip()],
        runtime,
        inputs=[Parameter(name="revision")],
        env={
            "REVISION": "{{inputs.parameters.revision}}",
            "REPOSITORY": source.repository,
            "TOKEN_NAME": source.token_file,
            "STACK": source.stack,
            "PULUMI_BACKEND_URL": source.backend,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "ARM_USE_OIDC": "true",
            "ARM_SUBSCRIPTION_ID": source.subscription,
            "ARM_TENANT_ID": source.tenant,
        },
        memory="2Gi",
        seconds=hours * HOUR,
        retry=retry,
        reads_secrets=True,
    )


def _approval() -> m.Template:
    """Waits for a person, a day at most.

    A suspension that ends by its duration succeeds, so the answer is a parameter whose default is no.
    """
    answers = ["YES", "NO"]
    return m.Template(
        name="approval",
        suspend=m.SuspendTemplate(duration=str(DAY)),
        inputs=m.Inputs(parameters=[m.Parameter(name="approve", default="NO", enum=answers)]),
        outputs=m.Outputs(
            parameters=[
                m.Parameter(
                    name="approve", value_from=m.ValueFrom(supplied=m.SuppliedValueFrom(), default="NO")
                )
            ]
        ),
    )
