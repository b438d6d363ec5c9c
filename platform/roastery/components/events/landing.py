"""New data in a storage account, reported once it is complete."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import eventgrid, storage

from roastery import roles
from roastery.components.events.destination import Destination
from roastery.components.identity.roles import assign
from roastery.components.resource_group import ResourceGroup, computed
from roastery.components.storage import Account

CREATED = "Microsoft.Storage.BlobCreated"


@dataclass(frozen=True, kw_only=True)
class LandingArgs:
    """What is watched, and where its events go.

    Args:
        resource_group: group, names, tags: of the watched account, where its system topic has to be.
        watched: the account.
        container: made here; a file named `marker` at the end of an upload says that it is complete.
        marker: name of that file.
        destination: where events go.
        dead_letters: account that keeps, for people to look at, what could not be delivered.
        reader: principal that reads the destination.
    """

    resource_group: ResourceGroup
    watched: Account
    container: str
    marker: str
    destination: Destination
    dead_letters: Account
    reader: pulumi.Input[str]


class Landing(pulumi.ComponentResource):
    """A system topic with one subscription; it delivers as its own identity, never with a key."""

    def __init__(self, name: str, args: LandingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:events:Landing", name, None, opts)
        self._args = args
        container = self._container(args.watched, args.container)
        lost = self._container(args.dead_letters, f"{args.container}-undelivered")
        topic = self._topic()
        self._subscription(topic, container, lost, self._roles(topic))
        self.register_outputs({"topic": topic.name})

    def _container(self, account: Account, name: str) -> storage.BlobContainer:
        return storage.BlobContainer(
            f"container-{name}",
            container_name=name,
            account_name=account.name,
            resource_group_name=self._args.resource_group.name,
            public_access=storage.PublicAccess.NONE,
            opts=pulumi.ResourceOptions(parent=self),
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
            # A firewall lets through the identity of the topic itself, not a user-assigned one:
            # learn.microsoft.com/azure/event-grid/handler-storage-queues
            identity=eventgrid.IdentityInfoArgs(type="SystemAssigned"),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _roles(self, topic: eventgrid.SystemTopic) -> list[pulumi.Resource]:
        args = self._args
        principal = computed(topic, topic.identity, lambda found: found.principal_id if found else None)
        to, lost = args.destination, args.dead_letters.id
        table = (
            ("landing-send", to.sender, principal, to.scope, "Event Grid reports new data"),
            (
                "landing-lost",
                roles.BLOB_CONTRIBUTOR,
                principal,
                lost,
                "Event Grid keeps what it can't deliver",
            ),
            ("landing-read", to.receiver, args.reader, to.scope, "Argo Events reads what Event Grid reports"),
        )
        return [
            assign(
                name,
                names=args.resource_group.names,
                role=role,
                principal=who,
                scope=scope,
                parent=self,
                why=why,
            )
            for name, role, who, scope, why in table
        ]

    def _subscription(
        self,
        topic: eventgrid.SystemTopic,
        container: storage.BlobContainer,
        lost: storage.BlobContainer,
        before: list[pulumi.Resource],
    ) -> None:
        args = self._args
        own = eventgrid.EventSubscriptionIdentityArgs(type="SystemAssigned")
        eventgrid.SystemTopicEventSubscription(
            f"evgs-{args.container}",
            event_subscription_name=f"complete-{args.container}",
            system_topic_name=topic.name,
            resource_group_name=args.resource_group.name,
            event_delivery_schema="EventGridSchema",
            delivery_with_resource_identity=eventgrid.DeliveryWithResourceIdentityArgs(
                identity=own, destination=args.destination.settings
            ),
            dead_letter_with_resource_identity=eventgrid.DeadLetterWithResourceIdentityArgs(
                identity=own,
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
                # A lake reports a file when it is created and again when it is closed: only the last counts.
                advanced_filters=[
                    eventgrid.StringInAdvancedFilterArgs(
                        operator_type="StringIn",
                        key="data.api",
                        values=["FlushWithClose", "PutBlob", "PutBlockList", "CopyBlob"],
                    )
                ],
            ),
            # As long as a workflow made from the event is kept at least, or a late delivery would run twice.
            retry_policy=eventgrid.RetryPolicyArgs(
                event_time_to_live_in_minutes=1440, max_delivery_attempts=30
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[container, lost, *before]),
        )
