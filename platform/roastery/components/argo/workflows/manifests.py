"""All workflow manifests of one namespace, as plain dictionaries."""

from __future__ import annotations

from typing import Any

from roastery.components.argo.workflows.infra import infra
from roastery.components.argo.workflows.jobs import deploy, submit
from roastery.components.argo.workflows.monitor import monitor
from roastery.components.argo.workflows.plan import Plan
from roastery.components.argo.workflows.retrain import RETRAIN, retrain
from roastery.components.argo.workflows.schedules import cron
from roastery.components.argo.workflows.settings import LABELS, SEMAPHORES

Manifests = list[dict[str, Any]]


def manifests(plan: Plan) -> Manifests:
    """The semaphores first, then templates before what refers to them."""
    around = plan.runtime
    templates = [
        infra(plan.source, plan.infra_runtime),
        *(submit(job, around) for job in plan.chain.jobs),
        deploy(around),
        monitor(around),
        retrain(plan.chain, around),
    ]
    return [
        _semaphores(around.namespace),
        *(template.to_dict() for template in templates),
        *(cron(clock, around).to_dict() for clock in plan.clocks),
    ]


def _semaphores(namespace: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": SEMAPHORES, "namespace": namespace, "labels": LABELS},
        "data": {RETRAIN: "1"},
    }
