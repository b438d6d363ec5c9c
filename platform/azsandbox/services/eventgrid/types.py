"""Event Grid: topics, system topics and event subscriptions."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service
from azsandbox.services.eventgrid import rules

_TOPIC_NAME = NameRule(r"[a-zA-Z0-9-]{3,50}", "3 to 50 letters, digits and hyphens")
_SUBSCRIPTION_NAME = NameRule(r"[a-zA-Z0-9-]{3,64}", "3 to 64 letters, digits and hyphens")

SERVICE = Service(
    name="eventgrid",
    types=(
        ResourceType(
            token="azure-native:eventgrid:Topic",
            path=IN_GROUP + "Microsoft.EventGrid/topics/{topicName}",
            name=_TOPIC_NAME,
            replace=("inputSchema",),
            claims=(specified("its name is well-formed"),),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopic",
            path=IN_GROUP + "Microsoft.EventGrid/systemTopics/{systemTopicName}",
            name=_TOPIC_NAME,
            replace=("source", "topicType"),
            rules=(
                rules.topic_type_matches_source,
                rules.topic_in_region_of_source,
                rules.only_topic_of_source,
            ),
            claims=(
                specified("its source exists and can't change"),
                documented("has the region and the type of its source; a source has one system topic"),
            ),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopicEventSubscription",
            path=IN_GROUP
            + "Microsoft.EventGrid/systemTopics/{systemTopicName}/eventSubscriptions/{eventSubscriptionName}",
            name=_SUBSCRIPTION_NAME,
            early=(rules.exactly_one_delivery, rules.retry_policy_within_limits),
            rules=(rules.delivery_identity_belongs_to_topic, rules.destination_exists),
            claims=(
                specified("its topic and its destination exist"),
                documented(
                    "delivers as an identity that the topic has; a storage account with a firewall accepts "
                    "the system-assigned one only"
                ),
            ),
            deviations=("whether that identity holds the role to send is not checked",),
        ),
        ResourceType(
            token="azure-native:eventgrid:EventSubscription",
            path="/{scope}/providers/Microsoft.EventGrid/eventSubscriptions/{eventSubscriptionName}",
            name=_SUBSCRIPTION_NAME,
            claims=(specified("its scope and its destination exist"),),
        ),
    ),
)
