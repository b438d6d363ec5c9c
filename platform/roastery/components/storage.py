"""A storage account: Entra ID only, private, versioned, with a way back from deletion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

import pulumi
from pulumi_azure_native import storage

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import Access, private_endpoint
from roastery.components.resource_group import ResourceGroup

Group = Literal["blob", "file", "queue", "table", "dfs"]


@dataclass(frozen=True, kw_only=True)
class AccountArgs:
    """One account.

    Args:
        resource_group: group, names, tags.
        access: where its private endpoints stand.
        log_workspace_id: where its logs go.
        groups: which of its services get a private endpoint.
        hierarchical: a data lake; the workspace's default account must not be one.
        redundancy: `LRS`, `ZRS` or `GZRS`.
        soft_delete_days: how long deleted blobs, containers and shares can come back.
        doors: public ranges that may enter; empty closes the public network.
    """

    resource_group: ResourceGroup
    access: Access
    log_workspace_id: pulumi.Input[str]
    groups: Sequence[Group]
    hierarchical: bool = False
    redundancy: Literal["LRS", "ZRS", "GZRS"] = "ZRS"
    soft_delete_days: int = 30
    doors: Sequence[IPv4Network] = ()


class Account(pulumi.ComponentResource):
    """The account with its private endpoints, retention and logs."""

    id: pulumi.Output[str]
    name: pulumi.Output[str]
    endpoint_ids: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: AccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:storage:Account", name, None, opts)
        self._args = args
        self._service = "dls" if args.hierarchical else "st"
        account = self._account()
        self.id, self.name = account.id, account.name
        self._retention(account)
        self.endpoint_ids = {
            group: private_endpoint(args.access, self._service, group, account.id, self).id
            for group in args.groups
        }
        for service in ("blob", "file", "queue", "table"):
            diagnose(
                f"{self._service}-{service}",
                account.id.apply(lambda id_, s=service: f"{id_}/{s}Services/default"),
                args.log_workspace_id,
                self,
            )
        self.register_outputs({"id": self.id, "name": self.name})

    def _account(self) -> storage.StorageAccount:
        args, resource_group = self._args, self._args.resource_group
        return storage.StorageAccount(
            self._service,
            account_name=resource_group.names.of("data lake" if args.hierarchical else "storage account"),
            resource_group_name=resource_group.name,
            location=resource_group.region,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=f"Standard_{args.redundancy}"),
            is_hns_enabled=args.hierarchical,
            allow_shared_key_access=False,
            default_to_o_auth_authentication=True,
            allow_blob_public_access=False,
            allow_cross_tenant_replication=False,
            is_local_user_enabled=False,
            is_sftp_enabled=False,
            enable_https_traffic_only=True,
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            public_network_access="Enabled" if args.doors else "Disabled",
            network_rule_set=storage.NetworkRuleSetArgs(
                # Trusted services, so that the workspace's own identity gets through.
                bypass=storage.Bypass.AZURE_SERVICES,
                default_action=storage.DefaultAction.DENY,
                ip_rules=[storage.IPRuleArgs(i_p_address_or_range=str(door)) for door in args.doors],
            ),
            encryption=storage.EncryptionArgs(
                key_source=storage.KeySource.MICROSOFT_STORAGE,
                require_infrastructure_encryption=True,
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )

    def _retention(self, account: storage.StorageAccount) -> None:
        args, resource_group = self._args, self._args.resource_group
        keep = storage.DeleteRetentionPolicyArgs(enabled=True, days=args.soft_delete_days)
        storage.BlobServiceProperties(
            f"{self._service}-blobs",
            blob_services_name="default",
            account_name=account.name,
            resource_group_name=resource_group.name,
            delete_retention_policy=keep,
            container_delete_retention_policy=keep,
            # A lake can't version; soft delete is its way back.
            is_versioning_enabled=not args.hierarchical,
            opts=pulumi.ResourceOptions(parent=self),
        )
        storage.FileServiceProperties(
            f"{self._service}-files",
            file_services_name="default",
            account_name=account.name,
            resource_group_name=resource_group.name,
            share_delete_retention_policy=keep,
            opts=pulumi.ResourceOptions(parent=self),
        )
