"""What all workflow templates have in common: deadline, clean-up, identity, and a notice on failure."""

from __future__ import annotations

from collections.abc import Sequence

from hera.workflows import DAG, Container, Parameter, Step, Steps, Suspend, WorkflowTemplate
from hera.workflows import models as m

from roastery.components.argo.manifest import LABELS
from roastery.components.argo.workflows.containers import POD_SECURITY, container
from roastery.components.argo.workflows.settings import SECRETS_PATH, SEMAPHORES, RuntimeContext

DAY = 24 * 3600
# Events may be delivered again for a day; the workflow must still exist then, or a second one would start.
KEPT_AFTER_SUCCESS, KEPT_AFTER_FAILURE = 7 * DAY, 14 * DAY

Template = Container | DAG | Steps | Suspend | m.Template


def semaphore(key: str) -> m.Synchronization:
    """At most as many workflows as the config map allows; the others wait, in order of creation."""
    return m.Synchronization(
        semaphores=[m.SemaphoreRef(config_map_key_ref=m.ConfigMapKeySelector(name=SEMAPHORES, key=key))]
    )


def workflow_template(
    name: str,
    templates: Sequence[Template],
    runtime: RuntimeContext,
    *,
    entrypoint: str,
    description: str,
    seconds: int,
    arguments: Sequence[Parameter] = (),
    synchronization: m.Synchronization | None = None,
) -> WorkflowTemplate:
    """A workflow template with the settings that all of them need.

    Args:
        name: of the template.
        templates: its own; the exit handler is added.
        runtime: where it runs.
        entrypoint: name of the template that starts.
        description: shown in Argo's page.
        seconds: deadline from its start; time spent waiting for a semaphore does not count.
        arguments: parameters with their defaults.
        synchronization: semaphores and mutexes that it has to hold.
    """
    label = {"azure.workload.identity/use": "true"}
    return WorkflowTemplate(
        name=name,
        namespace=runtime.namespace,
        labels=LABELS,
        annotations={"workflows.argoproj.io/description": description},
        entrypoint=entrypoint,
        on_exit="exit",
        arguments=list(arguments),
        templates=[*templates, *_exit(runtime)],
        service_account_name=runtime.account,
        # Every pod of a workflow contains the executor, which reports results to the API.
        automount_service_account_token=True,
        active_deadline_seconds=seconds,
        synchronization=synchronization,
        security_context=POD_SECURITY,
        pod_metadata=m.Metadata(labels={**LABELS, **label}),
        pod_gc=m.PodGC(strategy="OnPodSuccess", delete_delay_duration="60s"),
        artifact_gc=m.WorkflowLevelArtifactGC(
            strategy="OnWorkflowDeletion",
            service_account_name=runtime.account,
            pod_metadata=m.Metadata(labels={**LABELS, **label}),
        ),
        ttl_strategy=m.TTLStrategy(
            seconds_after_success=KEPT_AFTER_SUCCESS, seconds_after_failure=KEPT_AFTER_FAILURE
        ),
        workflow_metadata=m.WorkflowMetadata(labels={"roastery/workflow": name}),
    )


def _exit(runtime: RuntimeContext) -> list[Template]:
    """Notifies people of a failure, never of a success."""
    to_address = runtime.notify_file is not None
    sender = (
        ["roastery.jobs.post", "notice", "--to-file", f"{SECRETS_PATH}/{runtime.notify_file}"]
        if to_address
        else ["roastery.jobs.failure_notice"]
    )
    notify = container(
        "notify",
        [
            "python", "-m", *sender,
            "--workflow", "{{workflow.name}}",
            "--status", "{{workflow.status}}",
            "--failures", "{{workflow.failures}}",
            "--link", f"{runtime.page}/workflows/{{{{workflow.namespace}}}}/{{{{workflow.name}}}}",
        ],
        runtime,
        memory="128Mi" if to_address else "512Mi",
        seconds=600,
        reads_secrets=to_address,
        writes_metrics=not to_address,
    )  # fmt: skip
    when = "{{workflow.status}} != Succeeded"
    return [Steps(name="exit", sub_steps=[Step(name="notify", template="notify", when=when)]), notify]
