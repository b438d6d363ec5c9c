"""All workflow manifests of one namespace, as plain dictionaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from roastery.argo.workflows.infra import Source, infra
from roastery.argo.workflows.jobs import deploy, submit
from roastery.argo.workflows.monitor import monitor
from roastery.argo.workflows.retrain import RETRAIN, Chain, retrain
from roastery.argo.workflows.schedules import Clock, cron
from roastery.argo.workflows.settings import Surroundings
from roastery.argo.workflows.template import LABELS, SEMAPHORES

Manifests = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is run, and when.

    Args:
        surroundings: where.
        infra_surroundings: where infrastructure is changed: as an account with far wider rights.
        source: what the infrastructure workflow deploys.
        chain: the jobs that make a model.
        clocks: what starts by the clock.
    """

    surroundings: Surroundings
    infra_surroundings: Surroundings
    source: Source
    chain: Chain
    clocks: Sequence[Clock] = ()


def manifests(plan: Plan) -> Manifests:
    """The semaphores first, then templates before what refers to them."""
    around = plan.surroundings
    templates = [
        infra(plan.source, plan.infra_surroundings),
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
