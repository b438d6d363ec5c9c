"""What Argo runs and what starts it: workflow templates, schedules, triggers, and their secrets."""

from __future__ import annotations

from dataclasses import replace

from ml.pipeline import EVALUATE, IMPORT, PIPELINE, PREPROCESS, REGISTER, REPORT, TRAIN
from roastery.components.argo.charts import EVENTS_ACCOUNT, INFRA_ACCOUNT, SOURCES_ACCOUNT, WORKFLOW_ACCOUNT
from roastery.components.argo.events import settings
from roastery.components.argo.manifest import Manifest
from roastery.components.argo.secrets import SecretClass
from roastery.components.argo.workflow_resources import (
    WorkflowsArgs,
    checked_manifests,
    declare_workflows,
    telemetry,
)
from roastery.components.argo.workflows.pipeline_jobs import job_of_steps
from roastery.components.argo.workflows.plan import CronSchedule, DeploymentSource, JobChain, WorkflowPlan
from roastery.components.argo.workflows.settings import RuntimeContext
from roastery.components.assets.assets import Assets
from roastery.components.events.transport import host
from roastery.components.identity.workload import WorkloadIdentity
from stacks.cluster import InCluster
from stacks.config import ROOT, StackConfig
from stacks.data_events import LANDING
from stacks.foundation import Foundation
from stacks.workbench import NAMESPACE, Workbench
from stacks.workflow_section import WorkflowsSection

TELEMETRY = "telemetry"


def workflows(
    config: StackConfig, base: Foundation, bench: Workbench, inside: InCluster, assets: Assets
) -> None:
    """Declares workflows and triggers."""
    declare_workflows(
        WorkflowsArgs(
            argo=inside.argo,
            manifests=manifests(config, assets.pipeline_id),
            secrets=_secrets(config, bench),
            telemetry=telemetry(TELEMETRY, NAMESPACE, base.logs.insights_connection_string),
            # The assets first: a workflow that starts meanwhile refers to the pipeline.
            after=assets.ready,
        )
    )


def manifests(config: StackConfig, pipeline: str) -> list[Manifest]:
    """Every manifest of workflows and triggers, checked.

    Args:
        config: of the stack.
        pipeline: id of the registered pipeline whose steps the jobs run.

    Raises:
        ArgoError: a manifest refers to one that does not exist.
    """
    return checked_manifests(plan(config, pipeline), triggers(config), ROOT / ".cache" / "workflows")


def plan(config: StackConfig, pipeline: str) -> WorkflowPlan:
    """The workflows of this stack; `pipeline` as for `manifests`."""
    section, runtime = config.workflows, _runtime(config)
    return WorkflowPlan(
        runtime=runtime,
        infra_runtime=replace(runtime, account=INFRA_ACCOUNT, secrets="infra", environment={}),
        source=DeploymentSource(
            repository=section.repository,
            token_file=section.git_secret,
            stack=config.environment,
            backend=config.state_url,
            subscription=config.subscription,
            tenant=config.tenant,
        ),
        chain=_chain(pipeline),
        schedules=(
            CronSchedule(
                template="retrain",
                cron=section.retrain,
                timezone=section.timezone,
                arguments={"reason": "the month is over"},
                suspended=section.retrain_scheduler != "argo",
            ),
            CronSchedule(template="monitor", cron=section.monitor, timezone=section.timezone),
            *([_poll(section)] if section.trigger == "poll" else []),
            *([_audit(section, section.audit)] if section.audit else []),
        ),
    )


def _poll(section: WorkflowsSection) -> CronSchedule:
    """Compares the branch with what is deployed; docs/decisions/0024 says why a schedule does it."""
    return CronSchedule(
        template="infra",
        cron=section.poll,
        timezone=section.timezone,
        arguments={"revision": section.branch},
        account=INFRA_ACCOUNT,
    )


def _audit(section: WorkflowsSection, cron: str) -> CronSchedule:
    """Compares what is deployed with the branch, as the account that deploys it."""
    return CronSchedule(
        template="audit",
        cron=cron,
        timezone=section.timezone,
        arguments={"revision": section.branch},
        account=INFRA_ACCOUNT,
    )


def _runtime(config: StackConfig) -> RuntimeContext:
    section, names = config.workflows, config.names
    return RuntimeContext(
        image=config.images.runner,
        namespace=NAMESPACE,
        account=WORKFLOW_ACCOUNT,
        secrets="workflows",
        notify_file=section.notify_secret if section.notices == "webhook" else None,
        token_file=section.drift_secret,
        drift_url=settings.service_url(NAMESPACE, settings.DRIFT, settings.DRIFT_PATH),
        page=section.page,
        telemetry=TELEMETRY,
        environment={
            "AZUREML_ARM_SUBSCRIPTION": config.subscription,
            "AZUREML_ARM_RESOURCEGROUP": names.of("resource group", "ml"),
            "AZUREML_ARM_WORKSPACE_NAME": names.of("machine learning workspace"),
        },
    )


def _chain(pipeline: str) -> JobChain:
    environment = {"ROAST_PIPELINE": pipeline}
    rest = (TRAIN.name, EVALUATE.name, REGISTER.name, REPORT.name)
    train = job_of_steps("train", PIPELINE, rest, hours=12, environment=environment)
    return JobChain(
        jobs=(
            job_of_steps("data-import", PIPELINE, (IMPORT.name,), hours=4, environment=environment),
            job_of_steps("preprocess", PIPELINE, (PREPROCESS.name,), hours=4, environment=environment),
            # Its only output is the model that passed the gate.
            replace(train, target="pipeline", start=TRAIN.name, outputs=("model",)),
        ),
        model="train.model",
    )


def triggers(config: StackConfig) -> settings.Triggers:
    """What starts the workflows of this stack."""
    section = config.workflows
    return settings.Triggers(
        namespace=NAMESPACE,
        source_account=SOURCES_ACCOUNT,
        sensor_account=EVENTS_ACCOUNT,
        secrets="triggers",
        push=settings.GitPush(
            repository=section.repository,
            branch=section.branch,
            token=settings.Token(secret="triggers", key="push"),  # noqa: S106 - where it is, not what it is
        )
        if section.trigger == "webhook"
        else None,
        landing=settings.LandingEventSource(
            transport=section.landing, host=host(section.landing, LANDING, config.names), name=LANDING
        ),
        drift_token=settings.Token(secret="triggers", key="drift"),  # noqa: S106
        ingress_namespace=section.ingress_namespace,
    )


def _secrets(config: StackConfig, bench: Workbench) -> list[SecretClass]:
    section = config.workflows
    tokens = {section.drift_secret: "drift"}
    if section.trigger == "webhook":
        tokens[section.push_secret] = "push"
    notices = [section.notify_secret] if section.notices == "webhook" else []
    return [
        _secret_class(config, "workflows", bench.argo, [*notices, section.drift_secret], {}),
        _secret_class(config, "infra", bench.runner, [*notices, section.git_secret], {}),
        _secret_class(config, "triggers", bench.argo, [*tokens], tokens),
    ]


def _secret_class(
    config: StackConfig, name: str, identity: WorkloadIdentity, files: list[str], synced: dict[str, str]
) -> SecretClass:
    return SecretClass(
        name=name,
        vault=config.names.of("key vault"),
        tenant=config.tenant,
        client_id=identity.client_id,
        files=files,
        synced=synced,
    )
