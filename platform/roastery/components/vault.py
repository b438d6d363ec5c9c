"""Key Vault: RBAC, purge protection, no public network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_azure_native import keyvault

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.outputs import value_from_azure
from roastery.components.resource_group import ResourceGroup
from roastery.naming import Names


@dataclass(frozen=True, kw_only=True)
class VaultArgs:
    """One vault.

    Args:
        resource_group: group, names, tags.
        private_access: subnet and DNS zones of its private endpoint; None where another program declares it.
        tenant: Entra tenant id.
        log_workspace_id: where its audit log goes; None likewise.
        kind: of its name, a key of `roastery.naming.KINDS`.
        soft_delete_days: 7 to 90; a deleted vault can not be purged before.
        public_access: public ranges that may reach it; empty turns public network access off.
    """

    resource_group: ResourceGroup
    tenant: str
    private_access: PrivateAccess | None = None
    log_workspace_id: pulumi.Input[str] | None = None
    kind: str = "key vault"
    soft_delete_days: int = 90
    public_access: Sequence[IPv4Network] = ()


def vault_url(names: Names) -> str:
    """Address of the vault's data plane, known before the vault exists."""
    return f"https://{names.of('key vault')}.vault.azure.net"


class Vault(pulumi.ComponentResource):
    """The vault with its private endpoint and audit log."""

    id: pulumi.Output[str]
    name: pulumi.Output[str]
    uri: pulumi.Output[str]

    def __init__(self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:vault:Vault", name, None, opts)
        vault = self._vault(args)
        self.id, self.name = vault.id, vault.name
        self.uri = value_from_azure(vault, vault.properties, lambda properties: properties.vault_uri)
        if args.private_access:
            private_endpoint(args.private_access, "vault", "vault", vault.id, self)
        if args.log_workspace_id is not None:
            diagnose("kv", vault.id, args.log_workspace_id, self)
        self.register_outputs({"id": self.id, "uri": self.uri})

    def _vault(self, args: VaultArgs) -> keyvault.Vault:
        resource_group = args.resource_group
        return keyvault.Vault(
            "kv",
            vault_name=resource_group.names.of(args.kind),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=args.tenant,
                sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                enable_purge_protection=True,
                enable_soft_delete=True,
                soft_delete_retention_in_days=args.soft_delete_days,
                public_network_access="Enabled" if args.public_access else "Disabled",
                network_acls=keyvault.NetworkRuleSetArgs(
                    bypass=keyvault.NetworkRuleBypassOptions.AZURE_SERVICES,
                    default_action=keyvault.NetworkRuleAction.DENY,
                    ip_rules=[keyvault.IPRuleArgs(value=str(range_)) for range_ in args.public_access],
                ),
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )
