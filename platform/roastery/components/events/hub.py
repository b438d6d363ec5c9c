"""An event hub in a private namespace."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import eventgrid, eventhub

from roastery import roles
from roastery.components.events.destination import Destination
from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class HubArgs:
    """One namespace with one hub.

    Args:
        resource_group: group, names, tags.
        private_access: subnet and DNS zones of its private endpoint.
        log_workspace_id: where its logs go.
        part: name of the hub; distinguishes namespaces too.
        hours: how long an event is kept.
    """

    resource_group: ResourceGroup
    private_access: PrivateAccess
    log_workspace_id: pulumi.Input[str]
    part: str
    hours: int = 24


class Hub(pulumi.ComponentResource):
    """An event hub; Entra ID only, no public network but for trusted services such as Event Grid."""

    destination: Destination

    def __init__(self, name: str, args: HubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:events:Hub", name, None, opts)
        self._args = args
        namespace = self._namespace()
        hub = eventhub.EventHub(
            f"evh-{args.part}",
            event_hub_name=args.part,
            namespace_name=namespace.name,
            resource_group_name=args.resource_group.name,
            # One reader and few events: more partitions would only lose their order.
            partition_count=1,
            retention_description=eventhub.RetentionDescriptionArgs(
                cleanup_policy="Delete", retention_time_in_hours=args.hours
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        # No consumer group: Argo Events reads `$Default`, which comes with the hub, and can read no other.
        private_endpoint(args.private_access, f"evh-{args.part}", "namespace", namespace.id, self)
        diagnose(f"evh-{args.part}", namespace.id, args.log_workspace_id, self)
        self.destination = Destination(
            settings=eventgrid.EventHubEventSubscriptionDestinationArgs(
                endpoint_type="EventHub", resource_id=hub.id
            ),
            host=namespace.name.apply(lambda name: f"{name}.servicebus.windows.net"),
            name=args.part,
            scope=hub.id,
            sender=roles.EVENT_HUBS_SENDER,
            receiver=roles.EVENT_HUBS_RECEIVER,
        )
        self.register_outputs({"id": hub.id})

    def _namespace(self) -> eventhub.Namespace:
        args, resource_group = self._args, self._args.resource_group
        namespace = eventhub.Namespace(
            f"evhns-{args.part}",
            namespace_name=resource_group.names.of("event hub namespace", args.part),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            # The smallest that takes a private endpoint.
            sku=eventhub.SkuArgs(name="Standard", tier="Standard", capacity=1),
            disable_local_auth=True,
            minimum_tls_version="1.2",
            public_network_access="Disabled",
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        eventhub.NamespaceNetworkRuleSet(
            f"evhns-{args.part}-network",
            namespace_name=namespace.name,
            resource_group_name=resource_group.name,
            default_action="Deny",
            public_network_access="Disabled",
            trusted_service_access_enabled=True,
            opts=pulumi.ResourceOptions(parent=namespace),
        )
        return namespace
