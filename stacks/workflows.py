"""What Argo runs and what starts it: workflow templates, clocks, triggers, their secrets and fences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pulumi

from ml.pipeline import EVALUATE, IMPORT, PIPELINE, PREPROCESS, REGISTER, REPORT, TRAIN
from roastery import roles
from roastery.components.argo import resources, secrets
from roastery.components.argo.charts import EVENTS_ACCOUNT, INFRA_ACCOUNT, SOURCES_ACCOUNT, WORKFLOW_ACCOUNT
from roastery.components.argo.events import network_policies, sensors, settings, sources
from roastery.components.argo.workflows.cached import Manifests, kept
from roastery.components.argo.workflows.check import check
from roastery.components.argo.workflows.plan import Chain, Clock, Plan, Source
from roastery.components.argo.workflows.settings import INSIGHTS, LABELS, Job, RuntimeContext
from roastery.components.assets.assets import Assets
from roastery.components.events.hub import Hub, HubArgs
from roastery.components.events.landing import Landing, LandingArgs
from roastery.components.events.queue import queue
from roastery.components.identity.roles import assign
from roastery.components.identity.workload import WorkloadIdentity
from stacks.cluster import Cluster
from stacks.config import ROOT, StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench

NAMESPACE = "roastery"
LANDING = "landing"
MARKER = "_SUCCESS"
TELEMETRY = "telemetry"
REST = (TRAIN.name, EVALUATE.name, REGISTER.name, REPORT.name)


def workflows(
    config: StackConfig, base: Foundation, bench: Workbench, cluster: Cluster, assets: Assets
) -> None:
    """Declares what goes through ARM always, and what lives in the cluster where that can be reached."""
    _landing(config, base, bench)
    _runner_roles(config, base, bench)
    argo = cluster.argo
    if argo is None:
        return
    classes = [secrets.declare(one, argo.workflows, argo.provider) for one in _secret_classes(config, bench)]
    telemetry = resources.declare([_telemetry(base)], argo.provider, argo, argo.ready)
    found = in_cluster(config, assets.pipeline_id)
    # After the assets: a workflow that starts meanwhile must find the pipeline it names.
    before = [*argo.ready, *classes, *telemetry, *assets.ready]
    resources.declare(found, argo.provider, argo, before)


def in_cluster(config: StackConfig, pipeline: str) -> Manifests:
    """Every manifest of workflows and triggers: plain values only, so that they can be read and linted.

    Args:
        config: of the stack.
        pipeline: id of the registered pipeline, of whose steps the jobs are.

    Raises:
        ArgoError: one refers to what is not there.
    """
    events = triggers(config)
    found = [
        *kept(plan(config, pipeline), ROOT / ".cache" / "workflows"),
        *network_policies.fences(events),
        *network_policies.admission(events),
        *sources.sources(events),
        *sensors.sensors(events),
    ]
    check(found)
    return found


def plan(config: StackConfig, pipeline: str) -> Plan:
    """The workflows of this stack; `pipeline` as for `in_cluster`."""
    given, names = config.workflows, config.names
    job = partial(_job, environment={"ROAST_PIPELINE": pipeline})
    around = RuntimeContext(
        image=config.images.runner,
        namespace=NAMESPACE,
        account=WORKFLOW_ACCOUNT,
        secrets="workflows",
        notify_file=given.notify_secret,
        token_file=given.drift_secret,
        drift_url=settings.service_url(NAMESPACE, settings.DRIFT, settings.DRIFT_PATH),
        page=given.page,
        telemetry=TELEMETRY,
        environment={
            "AZUREML_ARM_SUBSCRIPTION": config.subscription,
            "AZUREML_ARM_RESOURCEGROUP": names.of("resource group", "ml"),
            "AZUREML_ARM_WORKSPACE_NAME": names.of("machine learning workspace"),
        },
    )
    return Plan(
        runtime=around,
        infra_runtime=replace(around, account=INFRA_ACCOUNT, secrets="infra", environment={}),
        source=Source(
            repository=given.repository,
            token_file=given.git_secret,
            stack=config.environment,
            backend=given.state,
            subscription=config.subscription,
            tenant=config.tenant,
        ),
        chain=Chain(
            jobs=(
                job("data-import", (IMPORT.name,), hours=4),
                job("preprocess", (PREPROCESS.name,), hours=4),
                # What passed the gate is its one output.
                replace(
                    job("train", REST, hours=12), target="pipeline", start=TRAIN.name, outputs=("model",)
                ),
            ),
            model="train.model",
        ),
        clocks=(
            Clock(
                template="retrain",
                schedule=given.retrain,
                timezone=given.timezone,
                reason="the month is over",
                suspended=given.retrain_clock != "argo",
            ),
            Clock(template="monitor", schedule=given.monitor, timezone=given.timezone),
        ),
    )


def triggers(config: StackConfig) -> settings.Triggers:
    """What starts the workflows of this stack."""
    given, names = config.workflows, config.names
    by_queue = given.landing == "queue"
    host = (
        names.of("storage account")
        if by_queue
        else f"{names.of('event hub namespace', LANDING)}.servicebus.windows.net"
    )
    return settings.Triggers(
        namespace=NAMESPACE,
        source_account=SOURCES_ACCOUNT,
        sensor_account=EVENTS_ACCOUNT,
        secrets="triggers",
        push=settings.GitPush(
            repository=given.repository,
            branch=given.branch,
            token=settings.Token(secret="triggers", key="push"),  # noqa: S106 - where it is, not what it is
        ),
        landing=settings.Landing(transport=given.landing, host=host, name=LANDING),
        drift_token=settings.Token(secret="triggers", key="drift"),  # noqa: S106
        ingress_namespace=given.ingress_namespace,
    )


def _job(template: str, steps: Sequence[str], *, hours: int, environment: Mapping[str, str]) -> Job:
    """Those steps as one job: it reads what other steps make, and takes each parameter once."""
    nodes = [node for node in PIPELINE.nodes if node.step.name in steps]
    sources = [source.partition(".") for node in nodes for source in node.inputs.values()]
    params = [one for node in nodes for one in node.step.params if one.default is not None]
    return Job(
        template=template,
        target=steps[0],
        inputs=tuple(dict.fromkeys(port for step, _, port in sources if step not in (*steps, "pipeline"))),
        outputs=tuple(port.name for node in nodes for port in node.step.outputs),
        params={one.name: str(one.default) for one in params},
        environment=environment,
        hours=hours,
    )


def _landing(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    # Below the lake, which production's lock covers: the lock is made after all of this and lifted before.
    under = pulumi.ResourceOptions(parent=base.lake)
    if config.workflows.landing == "queue":
        destination = queue(LANDING, base.data, base.storage)
    else:
        hub = HubArgs(
            resource_group=base.data,
            access=base.access,
            log_workspace_id=base.logs.workspace_id,
            part=LANDING,
        )
        destination = Hub("hub", hub, under).destination
    Landing(
        "landing",
        LandingArgs(
            resource_group=base.data,
            watched=base.lake,
            container=LANDING,
            marker=MARKER,
            destination=destination,
            dead_letters=base.storage,
            reader=bench.argo.principal_id,
        ),
        under,
    )


def _telemetry(base: Foundation) -> dict[str, Any]:
    """Where metrics go; an output, so that it stands apart from the manifests."""
    return {
        "kind": "ConfigMap",
        "metadata": {"name": TELEMETRY, "namespace": NAMESPACE, "labels": LABELS},
        "data": {INSIGHTS: base.logs.insights_address},
    }


def _runner_roles(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    for name, role, scope, why in (
        ("runner-secrets", roles.KEY_VAULT_SECRETS_USER, base.vault.id, "Deployments read the Git token"),
        ("runner-blob", roles.BLOB_CONTRIBUTOR, base.storage.id, "Deployments keep previews and logs"),
    ):
        assign(
            name,
            names=config.names,
            role=role,
            principal=bench.runner.principal_id,
            scope=scope,
            parent=bench.workspace,
            why=why,
        )


def _secret_classes(config: StackConfig, bench: Workbench) -> list[secrets.SecretClass]:
    given = config.workflows

    def one(
        name: str, who: WorkloadIdentity, files: list[str], synced: dict[str, str] | None = None
    ) -> secrets.SecretClass:
        return secrets.SecretClass(
            name=name,
            vault=config.names.of("key vault"),
            tenant=config.tenant,
            client_id=who.client_id,
            files=files,
            synced=synced or {},
        )

    tokens = {given.push_secret: "push", given.drift_secret: "drift"}
    return [
        one("workflows", bench.argo, [given.notify_secret, given.drift_secret]),
        one("infra", bench.runner, [given.notify_secret, given.git_secret]),
        one("triggers", bench.argo, [*tokens], tokens),
    ]
