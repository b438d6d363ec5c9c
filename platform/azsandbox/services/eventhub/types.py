"""Event Hubs: namespaces, hubs, consumer groups."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import IN_GROUP, GlobalName, NameRule, ResourceType, Service
from azsandbox.services.eventhub.rules import (
    fits_its_tier,
    hub_outputs,
    more_than_the_default_group,
    shape_of_namespace,
)

_NAMESPACE = IN_GROUP + "Microsoft.EventHub/namespaces/{namespaceName}"

SERVICE = Service(
    name="eventhub",
    types=(
        ResourceType(
            token="azure-native:eventhub:Namespace",
            path=_NAMESPACE,
            name=NameRule(r"[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]", "6 to 50 letters, digits and hyphens"),
            global_name=GlobalName("NamespaceUnavailable", "The namespace name {name} is not available."),
            early=(shape_of_namespace,),
            outputs=lambda request: {
                "serviceBusEndpoint": f"https://{request.name}.servicebus.windows.net:443/",
                "status": "Active",
            },
            claims=(
                specified("name unique in all of Azure"),
                documented("tier Basic has no private network; capacity within the tier's bounds"),
            ),
        ),
        ResourceType(
            token="azure-native:eventhub:NamespaceNetworkRuleSet",
            path=_NAMESPACE + "/networkRuleSets/default",
            singleton=True,
            claims=(specified("comes with its namespace, under the name default"),),
        ),
        ResourceType(
            token="azure-native:eventhub:EventHub",
            path=_NAMESPACE + "/eventhubs/{eventHubName}",
            name=NameRule(r"[a-zA-Z0-9]([\w.-]{0,254}[a-zA-Z0-9])?", "1 to 256 letters, digits, _ . -"),
            replace=("partitionCount",),
            rules=(fits_its_tier,),
            outputs=hub_outputs,
            claims=(
                specified("its namespace exists"),
                documented("partitions and retention within the tier's bounds"),
            ),
        ),
        ResourceType(
            token="azure-native:eventhub:ConsumerGroup",
            path=_NAMESPACE + "/eventhubs/{eventHubName}/consumergroups/{consumerGroupName}",
            name=NameRule(
                r"\$Default|[a-zA-Z0-9]([\w.-]{0,48}[a-zA-Z0-9])?", "1 to 50 letters, digits, _ . -"
            ),
            rules=(more_than_the_default_group,),
            claims=(specified("its hub exists"), documented("tier Basic has $Default only")),
        ),
    ),
)
