"""Event Hubs: namespaces, hubs, consumer groups."""

from roastery.sandbox.arm.evidence import specified
from roastery.sandbox.arm.model import IN_GROUP, GlobalName, NameRule, ResourceType, Service

_NAMESPACE = IN_GROUP + "Microsoft.EventHub/namespaces/{namespaceName}"

SERVICE = Service(
    name="eventhub",
    types=(
        ResourceType(
            token="azure-native:eventhub:Namespace",
            path=_NAMESPACE,
            name=NameRule(r"[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]", "6 to 50 letters, digits and hyphens"),
            global_name=GlobalName("NamespaceUnavailable", "The namespace name {name} is not available."),
            outputs=lambda request: {
                "serviceBusEndpoint": f"https://{request.name}.servicebus.windows.net:443/",
                "status": "Active",
            },
            claims=(specified("name unique in all of Azure"),),
        ),
        ResourceType(
            token="azure-native:eventhub:EventHub",
            path=_NAMESPACE + "/eventhubs/{eventHubName}",
            name=NameRule(r"[a-zA-Z0-9]([\w.-]{0,254}[a-zA-Z0-9])?", "1 to 256 letters, digits, _ . -"),
            replace=("partitionCount",),
            claims=(specified("its namespace exists"),),
        ),
        ResourceType(
            token="azure-native:eventhub:ConsumerGroup",
            path=_NAMESPACE + "/eventhubs/{eventHubName}/consumergroups/{consumerGroupName}",
            name=NameRule(
                r"\$Default|[a-zA-Z0-9]([\w.-]{0,48}[a-zA-Z0-9])?", "1 to 50 letters, digits, _ . -"
            ),
            claims=(specified("its hub exists"),),
        ),
    ),
)
