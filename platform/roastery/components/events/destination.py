"""Where Event Grid delivers its events."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import eventgrid

from roastery.roles import Role


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A queue or an event hub, and the roles to write to it and to read from it.

    Args:
        settings: as an event subscription takes it.
        host: account or host that a reader connects to.
        name: of the queue or the hub.
        scope: ARM id on which the roles are assigned.
        sender: role of the topic's identity.
        receiver: role of the reader.
    """

    settings: (
        eventgrid.EventHubEventSubscriptionDestinationArgs
        | eventgrid.StorageQueueEventSubscriptionDestinationArgs
    )
    host: pulumi.Output[str]
    name: str
    scope: pulumi.Output[str]
    sender: Role
    receiver: Role
