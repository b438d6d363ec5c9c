"""What keeps it running: who is paged, and what it may cost."""

from roastery.monitoring.alerts import Alerts, AlertsArgs
from roastery.monitoring.budget import budget
from stacks.cluster import Cluster
from stacks.config import StackConfig
from stacks.foundation import Foundation


def operations(config: StackConfig, base: Foundation, cluster: Cluster) -> Alerts:
    """Declares alerts and the budget."""
    alerts = Alerts(
        "alerts",
        AlertsArgs(
            place=base.data,
            page=config.monitoring.page,
            log_workspace_id=base.logs.workspace_id,
            cluster_id=cluster.aks.id,
            vault_id=base.vault.id,
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
    return alerts
