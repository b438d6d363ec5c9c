"""Event Grid: topics and subscriptions to what happens."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service
from azsandbox.services.eventgrid.rules import (
    delivers_as_its_topic,
    destination_is_there,
    one_way_to_deliver,
    source_fits,
)

_NAME = NameRule(r"[a-zA-Z0-9-]{3,50}", "3 to 50 letters, digits and hyphens")
_EVENTS = NameRule(r"[a-zA-Z0-9-]{3,64}", "3 to 64 letters, digits and hyphens")

SERVICE = Service(
    name="eventgrid",
    types=(
        ResourceType(
            token="azure-native:eventgrid:Topic",
            path=IN_GROUP + "Microsoft.EventGrid/topics/{topicName}",
            name=_NAME,
            replace=("inputSchema",),
            claims=(specified("names"),),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopic",
            path=IN_GROUP + "Microsoft.EventGrid/systemTopics/{systemTopicName}",
            name=_NAME,
            replace=("source", "topicType"),
            rules=(source_fits,),
            claims=(
                specified("its source exists and can't change"),
                documented("in its source's region, of its source's type, one for each source"),
            ),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopicEventSubscription",
            path=IN_GROUP
            + "Microsoft.EventGrid/systemTopics/{systemTopicName}/eventSubscriptions/{eventSubscriptionName}",
            name=_EVENTS,
            early=(one_way_to_deliver,),
            rules=(delivers_as_its_topic, destination_is_there),
            claims=(
                specified("its topic and its destination exist"),
                documented(
                    "delivers as an identity that the topic has; a storage account behind a firewall takes "
                    "the system-assigned one only"
                ),
            ),
            deviations=("whether that identity holds the role to send is not checked",),
        ),
        ResourceType(
            token="azure-native:eventgrid:EventSubscription",
            path="/{scope}/providers/Microsoft.EventGrid/eventSubscriptions/{eventSubscriptionName}",
            name=_EVENTS,
            claims=(specified("its scope and its destination exist"),),
        ),
    ),
)
