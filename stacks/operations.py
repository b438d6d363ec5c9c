"""Operations: alerts, the budget, and the lock of production's data."""

from __future__ import annotations

from roastery.components.cluster.aks import Aks
from roastery.components.monitoring.alerts import Alerts, AlertsArgs
from roastery.components.monitoring.budget import budget
from roastery.components.resource_group import lock
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench


def operations(config: StackConfig, base: Foundation, bench: Workbench, aks: Aks) -> None:
    """Declares alerts, the budget and, in production, the lock; last, since the lock covers the others."""
    alerts = Alerts(
        "alerts",
        AlertsArgs(
            resource_group=base.data,
            page=config.monitoring.page,
            log_workspace_id=base.logs.workspace_id,
            cluster_id=aks.id,
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
        data = (base.vault, base.storage, base.lake, base.registry, base.logs)
        # Only the group of the data: docs/decisions/0009 says why.
        lock(
            "data",
            base.data,
            [*data, base.bastion, bench.workspace, aks, alerts],
            notes="Holds data; docs/runbook.md says how to lift this.",
        )
