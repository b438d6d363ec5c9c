"""The two ways in which events of Event Grid reach Argo Events: a storage queue, or an event hub."""

from __future__ import annotations

from typing import Literal

import pulumi

from roastery.components.events.destination import Destination
from roastery.components.events.hub import Hub, HubArgs
from roastery.components.events.queue import queue
from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import StorageAccount
from roastery.naming import Names

Transport = Literal["queue", "event_hub"]


def declare_destination(
    transport: Transport,
    name: str,
    *,
    resource_group: ResourceGroup,
    private_access: PrivateAccess,
    log_workspace_id: pulumi.Input[str],
    account: StorageAccount,
    hub_opts: pulumi.ResourceOptions,
) -> Destination:
    """Declares the queue or the event hub.

    Args:
        transport: which of the two.
        name: of the queue or the hub.
        resource_group: group, names, tags.
        private_access: of the event hub's private endpoint.
        log_workspace_id: where the event hub's logs go.
        account: of the queue.
        hub_opts: of the event hub.
    """
    if transport == "queue":
        return queue(name, resource_group, account)
    args = HubArgs(
        resource_group=resource_group,
        private_access=private_access,
        log_workspace_id=log_workspace_id,
        part=name,
    )
    return Hub("hub", args, hub_opts).destination


def host(transport: Transport, name: str, names: Names) -> str:
    """What a reader connects to, as plain text: the storage account, or the host of the event hub."""
    if transport == "queue":
        return names.of("storage account")
    return f"{names.of('event hub namespace', name)}.servicebus.windows.net"
