"""Workflows of an invented customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi_kubernetes as k8s
import pytest

from roastery.components.argo.charts import Argo, ArgoArgs
from roastery.components.argo.events import network_policies, sensors, sources
from roastery.components.argo.events.settings import GitPush, LandingEventSource, Token, Triggers
from roastery.components.argo.workflows.manifests import manifests
from roastery.components.argo.workflows.plan import CronSchedule, DeploymentSource, JobChain, WorkflowPlan
from roastery.components.argo.workflows.settings import Job, RuntimeContext

IMAGE = "registry.example/runner@sha256:" + "5" * 64


@pytest.fixture
def runtime() -> RuntimeContext:
    return RuntimeContext(
        image=IMAGE,
        namespace="flows",
        account="sa-flow",
        secrets="flows",
        notify_file="notify-url",
        token_file="drift-token",  # noqa: S106 - the name of a file
        drift_url="http://drift-eventsource-svc.flows.svc:12000/drift",
        page="https://argo.example",
        telemetry="telemetry",
        environment={"WORKSPACE": "w"},
    )


@pytest.fixture
def source() -> DeploymentSource:
    return DeploymentSource(
        repository="https://git.example/platform",
        token_file="git-token",  # noqa: S106 - the name of a file
        stack="prod",
        backend="azblob://state",
        subscription="sub",
        tenant="tenant",
    )


@pytest.fixture
def chain() -> JobChain:
    return JobChain(
        jobs=(
            Job(template="fetch", target="import", outputs=("raw",), params={"table": "T"}),
            Job(template="fit", target="train", inputs=("raw",), outputs=("model",), params={"seed": "0"}),
        ),
        model="fit.model",
    )


@pytest.fixture
def plan(runtime: RuntimeContext, source: DeploymentSource, chain: JobChain) -> WorkflowPlan:
    return WorkflowPlan(
        runtime=runtime,
        infra_runtime=runtime,
        source=source,
        chain=chain,
        schedules=(
            CronSchedule(
                template="retrain", cron="0 6 2 * *", timezone="Etc/UTC", arguments={"reason": "monthly"}
            ),
        ),
    )


@pytest.fixture
def flows(plan: WorkflowPlan) -> dict[str, dict[str, Any]]:
    """Every manifest by `kind/name`."""
    return {f"{manifest['kind']}/{manifest['metadata']['name']}": manifest for manifest in manifests(plan)}


@pytest.fixture
def triggers() -> Triggers:
    return Triggers(
        namespace="flows",
        source_account="sa-sources",
        sensor_account="sa-sensors",
        secrets="triggers",
        push=GitPush(
            repository="https://git.example/platform",
            branch="main",
            token=Token(secret="triggers", key="push"),  # noqa: S106 - where it is
        ),
        landing=LandingEventSource(transport="queue", host="account", name="landing"),
        drift_token=Token(secret="triggers", key="drift"),  # noqa: S106
        ingress_namespace="ingress",
    )


@pytest.fixture
def events(triggers: Triggers) -> dict[str, dict[str, Any]]:
    """Every manifest of the triggers by `kind/name`."""
    declared = [
        *sources.event_sources(triggers),
        *sensors.all_sensors(triggers),
        *network_policies.source_policies(triggers),
        *network_policies.admission(triggers),
    ]
    return {f"{manifest['kind']}/{manifest['metadata']['name']}": manifest for manifest in declared}


@pytest.fixture
def argo() -> Callable[..., Argo]:
    """Declares an installation; to be called by the program."""

    def build(**settings: Any) -> Argo:
        args = ArgoArgs(
            provider=k8s.Provider("aks"),
            chart_repository="https://charts.example",
            image_registry="quay.io",
            workflows_chart="1.0.18",
            events_chart="2.4.22",
            client_id="client-of-workflows",
            infra_client_id="client-of-infra",
            server_client_id="client-of-server",
            storage_account="st",
            container="artefacts",
        )
        return Argo("argo", replace(args, **settings))

    return build
