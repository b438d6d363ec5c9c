"""New data in the lake starts a retrain: Event Grid reports it to a queue or an event hub."""

from __future__ import annotations

import pulumi

from roastery.components.events.landing import Landing, LandingArgs
from roastery.components.events.transport import declare_destination
from stacks.config import StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench

LANDING = "landing"
MARKER = "_SUCCESS"


def data_events(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    """Declares the events, as children of the lake: production's lock covers it and all its children."""
    below_lake = pulumi.ResourceOptions(parent=base.lake)
    destination = declare_destination(
        config.workflows.landing,
        LANDING,
        resource_group=base.data,
        private_access=base.access,
        log_workspace_id=base.logs.workspace_id,
        account=base.storage,
        hub_opts=below_lake,
    )
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
        below_lake,
    )
