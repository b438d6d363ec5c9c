"""What keeps it running: who is paged, what it may cost, what can't be deleted by mistake."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import authorization

from roastery.components.monitoring.alerts import Alerts, AlertsArgs
from roastery.components.monitoring.budget import budget
from stacks.cluster import Cluster
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench


def operations(config: StackConfig, base: Foundation, bench: Workbench, cluster: Cluster) -> Alerts:
    """Declares alerts, the budget and, in production, the lock."""
    alerts = Alerts(
        "alerts",
        AlertsArgs(
            resource_group=base.data,
            page=config.monitoring.page,
            log_workspace_id=base.logs.workspace_id,
            cluster_id=cluster.aks.id,
            vault_id=base.vault.id,
            workspace_id=bench.workspace.id,
            subscription=config.subscription,
        ),
    )
    budget(
        base.work,
        f"/subscriptions/{config.subscription}",
        amount=config.budget.amount,
        start=config.budget.start,
        contacts=config.budget.contacts,
        action_group_id=alerts.action_group_id,
    )
    if config.production:
        held = (base.vault, base.storage, base.lake, base.registry, base.logs)
        _lock(base, [*held, base.bastion, bench.workspace, cluster.aks, alerts])
    return alerts


def _lock(base: Foundation, covered: Sequence[pulumi.Resource]) -> None:
    """A lock on the group of the data; docs/decisions/0009 says why on no other.

    It also covers roles and settings on what it covers, wherever they are declared: it is made after all of
    them, so that a `destroy` lifts it before.
    """
    authorization.ManagementLockByScope(
        "lock-data",
        lock_name="no-delete",
        scope=base.data_id,
        level=authorization.LockLevel.CAN_NOT_DELETE,
        notes="Holds data; docs/runbook.md says how to lift this.",
        opts=pulumi.ResourceOptions(depends_on=covered),
    )
