"""Event Hubs: namespaces, hubs, consumer groups."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.laws.firewall import PublicAddress, ServiceEndpoint
from azsandbox.arm.laws.transitions import Transitions
from azsandbox.arm.model import IN_GROUP, GlobalName, NameRule, ResourceType, Service
from azsandbox.services.eventhub import capture, defaults, outputs, rules

_NAMESPACE = IN_GROUP + "Microsoft.EventHub/namespaces/{namespaceName}"

SERVICE = Service(
    name="eventhub",
    types=(
        ResourceType(
            token="azure-native:eventhub:Namespace",
            defaults=defaults.NAMESPACE,
            path=_NAMESPACE,
            spelling="Microsoft.EventHub/Namespaces",
            name=NameRule(r"[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]", "6 to 50 letters, digits and hyphens"),
            global_name=GlobalName("NamespaceUnavailable", "The namespace name {name} is not available."),
            laws=(
                Transitions(
                    path="sku.name",
                    groups=(("Basic", "Standard"), ("Premium",)),
                    source="Event Hubs frequently asked questions",
                ),
                laws.Unchangeable(path="clusterArmId"),
                laws.Format(path="encryption.keyVaultProperties[].keyVaultUri", form="https"),
            ),
            early=(
                rules.sku_within_tier_limits,
                rules.features_supported_by_tier,
                rules.automatic_units_are_possible,
                rules.key_is_named,
            ),
            outputs=outputs.namespace,
            claims=(
                specified("name unique in all of Azure"),
                documented("tier Basic has no private endpoints; the capacity is within the tier's limits"),
                documented("Kafka, automatic inflate and customer keys need their tiers"),
                documented("automatic inflate has a maximum of at least the capacity and at most 40"),
                specified("a customer's key is named completely, with an identity of the namespace"),
            ),
        ),
        ResourceType(
            token="azure-native:eventhub:NamespaceNetworkRuleSet",
            defaults=defaults.NETWORK_RULE_SET,
            path=_NAMESPACE + "/networkRuleSets/default",
            singleton=True,
            laws=(
                laws.AtMost(path="ipRules", most=128, source="Event Hubs quotas"),
                laws.AtMost(path="virtualNetworkRules", most=128, source="Event Hubs quotas"),
                PublicAddress(path="ipRules[].ipMask", private=True),
                ServiceEndpoint(
                    within="virtualNetworkRules[]",
                    subnet="subnet.id",
                    services=("Microsoft.EventHub",),
                    unless="ignoreMissingVnetServiceEndpoint",
                ),
            ),
            rules=(rules.rules_need_tier_standard,),
            claims=(
                specified("exists with its namespace, under the name default"),
                documented("network rules need tier Standard"),
            ),
        ),
        ResourceType(
            token="azure-native:eventhub:EventHub",
            path=_NAMESPACE + "/eventhubs/{eventHubName}",
            name=NameRule(r"[a-zA-Z0-9]([\w.-]{0,254}[a-zA-Z0-9])?", "1 to 256 letters, digits, _ . -"),
            laws=(laws.Unchangeable(path="retentionDescription.cleanupPolicy", once_set=True),),
            early=(
                rules.partitions_are_countable,
                rules.retention_is_described_once,
                capture.windows_within_limits,
                capture.destination_is_complete,
                capture.destination_is_readable,
            ),
            rules=(
                rules.partitions_within_tier_limit,
                rules.retention_within_tier_limit,
                rules.hub_within_tier_quota,
                rules.status_can_be_set,
                capture.capture_is_possible,
            ),
            outputs=outputs.event_hub,
            claims=(
                specified("its namespace exists"),
                documented("partitions and retention are within the tier's limits"),
                specified("retention goes with the cleanup policy, and is said once"),
                specified("the windows of capture are 60 to 900 seconds and 10 to 500 MiB"),
                specified("a destination of capture is complete, with all parts of a file's name"),
                documented(
                    "capture needs tier Standard, an identity of the namespace and a container that exists"
                ),
                documented("a namespace has no more hubs than its tier allows"),
                documented("SendDisabled is for a hub that exists"),
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
                documented("a hub has no more consumer groups than its tier allows"),
                documented("tier Basic has the consumer group $Default only"),
            ),
        ),
    ),
)
