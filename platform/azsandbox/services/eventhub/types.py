"""Event Hubs: namespaces, hubs, consumer groups."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, GlobalName, NameRule, ResourceType, Service
from azsandbox.services.eventhub import outputs, rules

_NAMESPACE = IN_GROUP + "Microsoft.EventHub/namespaces/{namespaceName}"

SERVICE = Service(
    name="eventhub",
    types=(
        ResourceType(
            token="azure-native:eventhub:Namespace",
            path=_NAMESPACE,
            name=NameRule(r"[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]", "6 to 50 letters, digits and hyphens"),
            global_name=GlobalName("NamespaceUnavailable", "The namespace name {name} is not available."),
            early=(rules.sku_within_tier_limits, rules.features_supported_by_tier),
            outputs=outputs.namespace,
            claims=(
                specified("name unique in all of Azure"),
                documented("tier Basic has no private endpoints; the capacity is within the tier's limits"),
            ),
        ),
        ResourceType(
            token="azure-native:eventhub:NamespaceNetworkRuleSet",
            path=_NAMESPACE + "/networkRuleSets/default",
            singleton=True,
            claims=(specified("exists with its namespace, under the name default"),),
        ),
        ResourceType(
            token="azure-native:eventhub:EventHub",
            path=_NAMESPACE + "/eventhubs/{eventHubName}",
            name=NameRule(r"[a-zA-Z0-9]([\w.-]{0,254}[a-zA-Z0-9])?", "1 to 256 letters, digits, _ . -"),
            replace=("partitionCount",),
            rules=(rules.partitions_within_tier_limit, rules.retention_within_tier_limit),
            outputs=outputs.event_hub,
            claims=(
                specified("its namespace exists"),
                documented("partitions and retention are within the tier's limits"),
            ),
        ),
        ResourceType(
            token="azure-native:eventhub:ConsumerGroup",
            path=_NAMESPACE + "/eventhubs/{eventHubName}/consumergroups/{consumerGroupName}",
            name=NameRule(
                r"\$Default|[a-zA-Z0-9]([\w.-]{0,48}[a-zA-Z0-9])?", "1 to 50 letters, digits, _ . -"
            ),
            rules=(rules.consumer_group_supported_by_tier,),
            claims=(
                specified("its hub exists"),
                documented("tier Basic has the consumer group $Default only"),
            ),
        ),
    ),
)
