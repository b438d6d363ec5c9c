"""Workflows, triggers and their secrets as resources of the stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi_kubernetes as k8s

from roastery.components.argo.charts import Argo
from roastery.components.argo.events.settings import Triggers
from roastery.components.argo.secrets import SecretClass
from roastery.components.argo.workflow_resources import (
    WorkflowsArgs,
    checked_manifests,
    declare_workflows,
    telemetry,
)
from roastery.components.argo.workflows.plan import WorkflowPlan

Declare = Callable[[Callable[[], object]], Any]
SECRETS = SecretClass(
    name="triggers",
    vault="kv",
    tenant="t",
    client_id="c",
    files=["push-token"],
    synced={"push-token": "push"},
)


def test_workflows_are_declared_after_their_secrets_and_their_assets(
    declare: Declare,
    argo: Callable[..., Argo],
    plan: WorkflowPlan,
    triggers: Triggers,
    tmp_path: Path,
) -> None:
    def program() -> None:
        declare_workflows(
            WorkflowsArgs(
                argo=argo(),
                manifests=checked_manifests(plan, triggers, tmp_path),
                secrets=[SECRETS],
                telemetry=telemetry("telemetry", "flows", "InstrumentationKey=x"),
                after=[k8s.core.v1.Namespace("registered-assets")],
            )
        )

    declared = declare(program)

    retrain = declared.named("workflowtemplate-retrain")
    assert retrain.depends_on >= {"secrets-triggers", "configmap-telemetry", "registered-assets", "event-bus"}
    assert retrain.parent == "argo"
    assert declared.inputs("configmap-telemetry")["data"] == {"insights": "InstrumentationKey=x"}


def test_a_secret_is_a_file_and_for_argo_events_a_kubernetes_secret_too(
    declare: Declare, argo: Callable[..., Argo], plan: WorkflowPlan, triggers: Triggers, tmp_path: Path
) -> None:
    def program() -> None:
        manifests = checked_manifests(plan, triggers, tmp_path)
        declare_workflows(
            WorkflowsArgs(
                argo=argo(),
                manifests=manifests,
                secrets=[SECRETS],
                telemetry=telemetry("telemetry", "flows", "x"),
                after=[],
            )
        )

    spec = declare(program).inputs("secrets-triggers")["spec"]

    assert spec["parameters"]["clientID"] == "c"
    assert "objectName: push-token" in spec["parameters"]["objects"]
    assert spec["secretObjects"] == [
        {
            "secretName": "triggers",
            "type": "Opaque",
            "data": [{"objectName": "push-token", "key": "push"}],
        }
    ]
