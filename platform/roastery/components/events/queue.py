"""A storage queue; firewall, private endpoint and logs are those of its account."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import eventgrid, storage

from roastery import roles
from roastery.components.events.destination import Destination
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import StorageAccount

DAY = 24 * 3600


def queue(name: str, resource_group: ResourceGroup, account: StorageAccount) -> Destination:
    """Declares a queue whose messages live for a day."""
    resource = storage.Queue(
        f"queue-{name}",
        queue_name=name,
        account_name=account.name,
        resource_group_name=resource_group.name,
        opts=pulumi.ResourceOptions(parent=account),
    )
    return Destination(
        settings=eventgrid.StorageQueueEventSubscriptionDestinationArgs(
            endpoint_type="StorageQueue",
            # Through the queue, so that the subscription waits for it.
            resource_id=pulumi.Output.all(account.id, resource.id).apply(lambda ids: str(ids[0])),
            queue_name=name,
            queue_message_time_to_live_in_seconds=DAY,
        ),
        host=account.name,
        name=name,
        scope=account.id,
        sender=roles.QUEUE_MESSAGE_SENDER,
        receiver=roles.QUEUE_MESSAGE_PROCESSOR,
    )
