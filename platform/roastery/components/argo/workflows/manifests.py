"""All workflow manifests of a plan, as plain dictionaries."""

from __future__ import annotations

from roastery.components.argo.manifest import LABELS, Manifest
from roastery.components.argo.workflows.audit import AUDIT, audit
from roastery.components.argo.workflows.infra import infra
from roastery.components.argo.workflows.jobs import deploy, submit
from roastery.components.argo.workflows.monitor import monitor
from roastery.components.argo.workflows.plan import WorkflowPlan
from roastery.components.argo.workflows.retrain import RETRAIN, retrain
from roastery.components.argo.workflows.schedules import cron_workflow
from roastery.components.argo.workflows.settings import SEMAPHORES


def manifests(plan: WorkflowPlan) -> list[Manifest]:
    """The semaphores first, then every template before the manifests that refer to it."""
    runtime = plan.runtime
    audited = any(schedule.template == AUDIT for schedule in plan.schedules)
    templates = [
        infra(plan.source, plan.infra_runtime),
        *([audit(plan.source, plan.infra_runtime)] if audited else []),
        *(submit(job, runtime) for job in plan.chain.jobs),
        deploy(runtime),
        monitor(runtime),
        retrain(plan.chain, runtime),
    ]
    return [
        _semaphores(runtime.namespace),
        *(template.to_dict() for template in templates),
        *(cron_workflow(schedule, runtime).to_dict() for schedule in plan.schedules),
    ]


def _semaphores(namespace: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": SEMAPHORES, "namespace": namespace, "labels": LABELS},
        "data": {RETRAIN: "1"},
    }
