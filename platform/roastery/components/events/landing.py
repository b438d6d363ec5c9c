"""New data in a storage account, reported as an event once its upload is complete."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import eventgrid

from roastery import roles
from roastery.components.events.destination import Destination
from roastery.components.identity.roles import RoleGrant, assign_all
from roastery.components.outputs import value_from_azure
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import StorageAccount, blob_container

CREATED = "Microsoft.Storage.BlobCreated"


@dataclass(frozen=True, kw_only=True)
class LandingArgs:
    """What is watched, and where its events are delivered.

    Args:
        resource_group: group, names, tags of the watched account; Azure demands its system topic there.
        watched: the account.
        container: declared here; uploads end with a file named `marker`.
        marker: name of that file.
        destination: queue or event hub.
        dead_letters: account in which undelivered events are stored for people to look at.
        reader: principal that reads from the destination.
    """

    resource_group: ResourceGroup
    watched: StorageAccount
    container: str
    marker: str
    destination: Destination
    dead_letters: StorageAccount
    reader: pulumi.Input[str]


class Landing(pulumi.ComponentResource):
    """A system topic with one subscription; it delivers as its own identity, never with a key."""

    def __init__(self, name: str, args: LandingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:events:Landing", name, None, opts)
        self._args = args
        container = self._container(args.watched, args.container)
        undelivered = self._container(args.dead_letters, f"{args.container}-undelivered")
        topic = self._topic()
        self._subscription(topic, [container, undelivered, *self._roles(topic)])
        self.register_outputs({"topic": topic.name})

    def _container(self, account: StorageAccount, container: str) -> pulumi.Resource:
        return blob_container(
            f"container-{container}",
            container,
            account=account,
            resource_group=self._args.resource_group,
            parent=self,
        )

    def _topic(self) -> eventgrid.SystemTopic:
        args, resource_group = self._args, self._args.resource_group
        return eventgrid.SystemTopic(
            f"evgt-{args.container}",
            system_topic_name=resource_group.names.of("event grid topic", args.container),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            source=args.watched.id,
            topic_type="Microsoft.Storage.StorageAccounts",
            # The firewall admits the identity of the topic itself, not a user-assigned one:
            # learn.microsoft.com/azure/event-grid/handler-storage-queues
            identity=eventgrid.IdentityInfoArgs(type="SystemAssigned"),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _roles(self, topic: eventgrid.SystemTopic) -> list[pulumi.Resource]:
        args, destination = self._args, self._args.destination
        event_grid = value_from_azure(
            topic, topic.identity, lambda identity: identity.principal_id if identity else None
        )
        grants = [
            RoleGrant(
                name="landing-send",
                role=destination.sender,
                principal=event_grid,
                scope=destination.scope,
                why="Event Grid reports new data",
            ),
            RoleGrant(
                name="landing-lost",
                role=roles.BLOB_CONTRIBUTOR,
                principal=event_grid,
                scope=args.dead_letters.id,
                why="Event Grid keeps what it can't deliver",
            ),
            RoleGrant(
                name="landing-read",
                role=destination.receiver,
                principal=args.reader,
                scope=destination.scope,
                why="Argo Events reads what Event Grid reports",
            ),
        ]
        return [*assign_all(grants, names=args.resource_group.names, parent=self)]

    def _subscription(self, topic: eventgrid.SystemTopic, before: list[pulumi.Resource]) -> None:
        args = self._args
        identity = eventgrid.EventSubscriptionIdentityArgs(type="SystemAssigned")
        eventgrid.SystemTopicEventSubscription(
            f"evgs-{args.container}",
            event_subscription_name=f"complete-{args.container}",
            system_topic_name=topic.name,
            resource_group_name=args.resource_group.name,
            event_delivery_schema="EventGridSchema",
            delivery_with_resource_identity=eventgrid.DeliveryWithResourceIdentityArgs(
                identity=identity, destination=args.destination.settings
            ),
            dead_letter_with_resource_identity=eventgrid.DeadLetterWithResourceIdentityArgs(
                identity=identity,
                dead_letter_destination=eventgrid.StorageBlobDeadLetterDestinationArgs(
                    endpoint_type="StorageBlob",
                    resource_id=args.dead_letters.id,
                    blob_container_name=f"{args.container}-undelivered",
                ),
            ),
            filter=eventgrid.EventSubscriptionFilterArgs(
                included_event_types=[CREATED],
                subject_begins_with=f"/blobServices/default/containers/{args.container}/",
                subject_ends_with=f"/{args.marker}",
                # A lake reports a file when it is created and again when it is closed; only the last is used.
                advanced_filters=[
                    eventgrid.StringInAdvancedFilterArgs(
                        operator_type="StringIn",
                        key="data.api",
                        values=["FlushWithClose", "PutBlob", "PutBlockList", "CopyBlob"],
                    )
                ],
            ),
            # Shorter than a finished workflow is kept, or a late delivery would start it a second time.
            retry_policy=eventgrid.RetryPolicyArgs(
                event_time_to_live_in_minutes=1440, max_delivery_attempts=30
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=before),
        )
