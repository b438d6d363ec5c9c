"""Event Grid: topics, system topics and event subscriptions."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, ResourceType, Service
from azsandbox.services.eventgrid import defaults, outputs
from azsandbox.services.eventgrid.rules import delivery, destinations, filters, topics

_TOPIC_NAME = NameRule(r"[a-zA-Z0-9-]{3,50}", "3 to 50 letters, digits and hyphens")
_SYSTEM_TOPIC_NAME = NameRule(r"[a-zA-Z0-9-]{3,128}", "3 to 128 letters, digits and hyphens")
_SUBSCRIPTION_NAME = NameRule(r"[a-zA-Z0-9-]{3,64}", "3 to 64 letters, digits and hyphens")

_SUBSCRIPTION_LAWS: tuple[laws.Law, ...] = (
    laws.Format(path="expirationTimeUtc", form="time"),
    laws.Unchangeable(path="eventDeliverySchema", once_set=True),
)
_SUBSCRIPTION_EARLY = (
    delivery.exactly_one_delivery,
    delivery.retry_policy_within_limits,
    destinations.destination_is_complete,
    destinations.batches_within_limits,
    destinations.headers_are_possible,
    filters.filters_are_complete,
    filters.filters_within_limits,
    filters.subjects_have_no_wildcards,
)
_SUBSCRIPTION_RULES = (
    delivery.delivery_identity_belongs_to_topic,
    delivery.destination_exists,
    delivery.identity_may_send,
    filters.event_types_belong_to_source,
    filters.schema_is_delivered,
    filters.expiry_is_to_come,
)
_SUBSCRIPTION_CLAIMS = (
    specified("there is one delivery, with or without an identity; retries are within a day and 30 attempts"),
    specified("a destination has what its type needs, and the id of its type"),
    specified("batches and times to live are within their limits"),
    documented("at most 10 headers, with names and values"),
    specified("an advanced filter has a key and values, a range two bounds"),
    documented("at most 25 advanced filters and 25 values of 512 characters"),
    documented("a wildcard in a subject is a warning"),
    documented(
        "delivers as an identity that the topic has; a storage account with a firewall accepts "
        "the system-assigned one only"
    ),
    documented("the identity that delivers has the role to write"),
    documented("the event types are those of the source"),
    documented("the delivery schema is one that the topic delivers"),
    specified("an expiry is in the future"),
)

SERVICE = Service(
    name="eventgrid",
    types=(
        ResourceType(
            token="azure-native:eventgrid:Topic",
            defaults=defaults.TOPIC,
            outputs=outputs.topic,
            published_words=True,
            path=IN_GROUP + "Microsoft.EventGrid/topics/{topicName}",
            name=_TOPIC_NAME,
            laws=(
                laws.Unchangeable(path="inputSchema"),
                laws.AtMost(path="inboundIpRules", most=128, source="Event Grid firewall"),
                laws.Format(path="inboundIpRules[].ipMask", form="address or range"),
            ),
            early=(topics.mapping_goes_with_schema,),
            claims=(specified("a mapping goes with a custom schema"),),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopic",
            path=IN_GROUP + "Microsoft.EventGrid/systemTopics/{systemTopicName}",
            name=_SYSTEM_TOPIC_NAME,
            laws=(laws.Unchangeable(path="source"), laws.Unchangeable(path="topicType")),
            early=(
                topics.source_and_type_are_required,
                topics.topic_type_is_known,
                topics.topic_of_a_subscription_is_global,
            ),
            rules=(
                topics.topic_type_matches_source,
                topics.topic_in_region_of_source,
                topics.source_has_events,
                topics.only_topic_of_source,
            ),
            claims=(
                specified("its source exists"),
                documented("has the region and the type of its source; a source has one system topic"),
                specified("source and type are required"),
                documented("the type is one that Azure raises events for"),
                documented("a topic of a subscription or a group is global"),
                documented("a first-generation or FileStorage account raises no events"),
            ),
        ),
        ResourceType(
            token="azure-native:eventgrid:SystemTopicEventSubscription",
            path=IN_GROUP
            + "Microsoft.EventGrid/systemTopics/{systemTopicName}/eventSubscriptions/{eventSubscriptionName}",
            name=_SUBSCRIPTION_NAME,
            laws=_SUBSCRIPTION_LAWS,
            early=_SUBSCRIPTION_EARLY,
            rules=_SUBSCRIPTION_RULES,
            claims=(specified("its topic and its destination exist"), *_SUBSCRIPTION_CLAIMS),
        ),
        ResourceType(
            token="azure-native:eventgrid:EventSubscription",
            path="/{scope}/providers/Microsoft.EventGrid/eventSubscriptions/{eventSubscriptionName}",
            outputs=outputs.subscription,
            name=_SUBSCRIPTION_NAME,
            laws=_SUBSCRIPTION_LAWS,
            early=_SUBSCRIPTION_EARLY,
            rules=_SUBSCRIPTION_RULES,
            claims=(specified("its scope and its destination exist"), *_SUBSCRIPTION_CLAIMS),
        ),
    ),
)
