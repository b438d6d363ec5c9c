"""Event Grid: topics and subscriptions to what happens."""

from roastery.sandbox.arm.evidence import specified
from roastery.sandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service

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
            claims=(specified("its source exists and can't change"),),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopicEventSubscription",
            path=IN_GROUP
            + "Microsoft.EventGrid/systemTopics/{systemTopicName}/eventSubscriptions/{eventSubscriptionName}",
            name=_EVENTS,
            claims=(specified("its topic and its destination exist"),),
        ),
        ResourceType(
            token="azure-native:eventgrid:EventSubscription",
            path="/{scope}/providers/Microsoft.EventGrid/eventSubscriptions/{eventSubscriptionName}",
            name=_EVENTS,
            claims=(specified("its scope and its destination exist"),),
        ),
    ),
)
