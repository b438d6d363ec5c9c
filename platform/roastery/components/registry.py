"""The container registry: Premium for its private endpoint, no admin user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_azure_native import containerregistry

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """One registry.

    Args:
        resource_group: group, names, tags.
        private_access: subnet and DNS zones of its private endpoint; None where another program declares it.
        log_workspace_id: where its logs go; None likewise.
        kind: of its name, a key of `roastery.naming.KINDS`.
        zone_redundant: copies in every availability zone.
        public_access: public ranges that may reach it; empty turns public network access off.
        exports: other registries may import from it. By default only while it has public network access,
            without which Azure refuses to turn exports off.
    """

    resource_group: ResourceGroup
    private_access: PrivateAccess | None = None
    log_workspace_id: pulumi.Input[str] | None = None
    kind: str = "container registry"
    zone_redundant: bool = True
    public_access: Sequence[IPv4Network] = ()
    exports: bool = False


class Registry(pulumi.ComponentResource):
    """The registry with its private endpoint and logs."""

    id: pulumi.Output[str]
    login_server: pulumi.Output[str]

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:registry:Registry", name, None, opts)
        registry = self._registry(args)
        self.id, self.login_server = registry.id, registry.login_server
        if args.private_access:
            private_endpoint(args.private_access, "registry", "registry", registry.id, self)
        if args.log_workspace_id is not None:
            diagnose("cr", registry.id, args.log_workspace_id, self)
        self.register_outputs({"id": self.id, "login_server": self.login_server})

    def _registry(self, args: RegistryArgs) -> containerregistry.Registry:
        resource_group = args.resource_group
        rules = [
            containerregistry.IPRuleArgs(action="Allow", i_p_address_or_range=str(range_))
            for range_ in args.public_access
        ]
        return containerregistry.Registry(
            "cr",
            registry_name=resource_group.names.of(args.kind),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            sku=containerregistry.SkuArgs(name=containerregistry.SkuName.PREMIUM),
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            data_endpoint_enabled=True,
            public_network_access="Enabled" if args.public_access else "Disabled",
            network_rule_bypass_options="AzureServices",
            network_rule_set=containerregistry.NetworkRuleSetArgs(default_action="Deny", ip_rules=rules),
            zone_redundancy="Enabled" if args.zone_redundant else "Disabled",
            policies=containerregistry.PoliciesArgs(
                export_policy=containerregistry.ExportPolicyArgs(
                    status="enabled" if args.exports or args.public_access else "disabled"
                ),
                retention_policy=containerregistry.RetentionPolicyArgs(days=30, status="enabled"),
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )
