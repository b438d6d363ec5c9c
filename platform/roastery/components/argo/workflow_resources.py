"""Everything that Argo runs, as manifests and as resources of the stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from roastery.components.argo.charts import Argo
from roastery.components.argo.events import network_policies, sensors, sources
from roastery.components.argo.events.settings import Triggers
from roastery.components.argo.manifest import LABELS, Manifest
from roastery.components.argo.resources import declare_manifests
from roastery.components.argo.secrets import SecretClass, declare_secret_class
from roastery.components.argo.workflows.cached import cached_manifests
from roastery.components.argo.workflows.check import check
from roastery.components.argo.workflows.plan import WorkflowPlan
from roastery.components.argo.workflows.settings import INSIGHTS


def checked_manifests(plan: WorkflowPlan, triggers: Triggers, cache: Path) -> list[Manifest]:
    """Every manifest of workflows and triggers: plain values, so that they can be read and linted.

    Args:
        plan: the workflows.
        triggers: what starts them.
        cache: folder of manifests that were computed earlier.

    Raises:
        ArgoError: a manifest refers to one that does not exist.
    """
    manifests = [
        *cached_manifests(plan, cache),
        *network_policies.source_policies(triggers),
        *network_policies.admission(triggers),
        *sources.event_sources(triggers),
        *sensors.all_sensors(triggers),
    ]
    check(manifests)
    return manifests


def telemetry(name: str, namespace: str, connection_string: pulumi.Input[str]) -> Manifest:
    """The config map that holds the connection string for metrics: an output, so it is declared apart."""
    return {
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, "labels": LABELS},
        "data": {INSIGHTS: connection_string},
    }


@dataclass(frozen=True, kw_only=True)
class WorkflowsArgs:
    """Workflows and triggers in the cluster.

    Args:
        argo: the installation that runs them.
        manifests: of `checked_manifests`.
        secrets: classes whose files their pods mount.
        telemetry: of `telemetry`.
        after: what has to exist before a workflow may start.
    """

    argo: Argo
    manifests: Sequence[Manifest]
    secrets: Sequence[SecretClass]
    telemetry: Manifest
    after: Sequence[pulumi.Resource]


def declare_workflows(args: WorkflowsArgs) -> list[pulumi.Resource]:
    """Declares the secrets and the config map first, then the workflows and triggers that read them."""
    argo = args.argo
    classes = [
        declare_secret_class(secrets, argo.workflows.name, argo.provider, argo.workflows)
        for secrets in args.secrets
    ]
    config_maps = declare_manifests([args.telemetry], argo.provider, argo, argo.ready)
    return declare_manifests(
        args.manifests, argo.provider, argo, [*argo.ready, *classes, *config_maps, *args.after]
    )
