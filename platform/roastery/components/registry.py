"""The container registry: Premium for its private endpoint, no admin user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_azure_native import containerregistry

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import Access, private_endpoint
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """One registry.

    Args:
        resource_group: group, names, tags.
        access: where its private endpoint stands.
        log_workspace_id: where its logs go.
        zone_redundant: copies in every availability zone.
        doors: public ranges that may enter; empty closes the public network.
    """

    resource_group: ResourceGroup
    access: Access
    log_workspace_id: pulumi.Input[str]
    zone_redundant: bool = True
    doors: Sequence[IPv4Network] = ()


class Registry(pulumi.ComponentResource):
    """The registry with its private endpoint and logs."""

    id: pulumi.Output[str]
    login_server: pulumi.Output[str]

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:registry:Registry", name, None, opts)
        registry = self._registry(args)
        self.id, self.login_server = registry.id, registry.login_server
        private_endpoint(args.access, "registry", "registry", registry.id, self)
        diagnose("cr", registry.id, args.log_workspace_id, self)
        self.register_outputs({"id": self.id, "login_server": self.login_server})

    def _registry(self, args: RegistryArgs) -> containerregistry.Registry:
        resource_group = args.resource_group
        rules = [
            containerregistry.IPRuleArgs(action="Allow", i_p_address_or_range=str(d)) for d in args.doors
        ]
        return containerregistry.Registry(
            "cr",
            registry_name=resource_group.names.of("container registry"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=containerregistry.SkuArgs(name=containerregistry.SkuName.PREMIUM),
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            data_endpoint_enabled=True,
            public_network_access="Enabled" if args.doors else "Disabled",
            network_rule_bypass_options="AzureServices",
            network_rule_set=containerregistry.NetworkRuleSetArgs(default_action="Deny", ip_rules=rules),
            zone_redundancy="Enabled" if args.zone_redundant else "Disabled",
            policies=containerregistry.PoliciesArgs(
                export_policy=containerregistry.ExportPolicyArgs(
                    # Disabling export needs a closed public network.
                    status="enabled" if args.doors else "disabled"
                ),
                retention_policy=containerregistry.RetentionPolicyArgs(days=30, status="enabled"),
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )
