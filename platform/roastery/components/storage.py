"""A storage account: Entra ID only, private, versioned, with soft delete; and its containers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

import pulumi
from pulumi_azure_native import storage

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.resource_group import ResourceGroup

StorageService = Literal["blob", "file", "queue", "table", "dfs"]


@dataclass(frozen=True, kw_only=True)
class StorageAccountArgs:
    """One account.

    Args:
        resource_group: group, names, tags.
        private_access: subnet and DNS zones of its private endpoints; None where another program declares it.
        log_workspace_id: where its logs go; None likewise.
        services: those that get a private endpoint.
        kind: of its name, a key of `roastery.naming.KINDS`; by default that of an account or of a lake.
        hierarchical: a data lake; the default account of an Azure ML workspace must not be one.
        redundancy: `LRS`, `ZRS` or `GZRS`.
        soft_delete_days: how long deleted blobs, containers and shares can come back.
        public_access: public ranges that may reach it; empty turns public network access off.
    """

    resource_group: ResourceGroup
    private_access: PrivateAccess | None = None
    log_workspace_id: pulumi.Input[str] | None = None
    services: Sequence[StorageService] = ()
    kind: str | None = None
    hierarchical: bool = False
    redundancy: Literal["LRS", "ZRS", "GZRS"] = "ZRS"
    soft_delete_days: int = 30
    public_access: Sequence[IPv4Network] = ()


class StorageAccount(pulumi.ComponentResource):
    """The account with its private endpoints, retention and logs."""

    id: pulumi.Output[str]
    name: pulumi.Output[str]
    endpoint_ids: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: StorageAccountArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("roastery:storage:Account", name, None, opts)
        self._args = args
        self._kind = "dls" if args.hierarchical else "st"
        account = self._account()
        self.id, self.name = account.id, account.name
        self._retention(account)
        self.endpoint_ids = self._endpoints(account, args.private_access) if args.private_access else {}
        if args.log_workspace_id is not None:
            self._diagnose(account, args.log_workspace_id)
        self.register_outputs({"id": self.id, "name": self.name})

    def _diagnose(self, account: storage.StorageAccount, log_workspace_id: pulumi.Input[str]) -> None:
        for service in ("blob", "file", "queue", "table"):
            diagnose(
                f"{self._kind}-{service}",
                account.id.apply(lambda id_, s=service: f"{id_}/{s}Services/default"),
                log_workspace_id,
                self,
            )

    def _account(self) -> storage.StorageAccount:
        args, resource_group = self._args, self._args.resource_group
        return storage.StorageAccount(
            self._kind,
            account_name=resource_group.names.of(
                args.kind or ("data lake" if args.hierarchical else "storage account")
            ),
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
            public_network_access="Enabled" if args.public_access else "Disabled",
            network_rule_set=storage.NetworkRuleSetArgs(
                # Trusted services, so that the workspace's own identity gets through.
                bypass=storage.Bypass.AZURE_SERVICES,
                default_action=storage.DefaultAction.DENY,
                ip_rules=[
                    storage.IPRuleArgs(i_p_address_or_range=address)
                    for address in _addresses(args.public_access)
                ],
            ),
            encryption=storage.EncryptionArgs(
                key_source=storage.KeySource.MICROSOFT_STORAGE,
                require_infrastructure_encryption=True,
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )

    def _endpoints(
        self, account: storage.StorageAccount, access: PrivateAccess
    ) -> dict[str, pulumi.Output[str]]:
        """An endpoint per service, one after another.

        Azure refuses parallel ones of one account with `StorageAccountOperationInProgress`:
        hashicorp/terraform-provider-azurerm issue 28112.
        """
        endpoints: dict[str, pulumi.Output[str]] = {}
        before: list[pulumi.Resource] = []
        for service in self._args.services:
            endpoint = private_endpoint(access, self._kind, service, account.id, self, after=before)
            endpoints[service], before = endpoint.id, [endpoint]
        return endpoints

    def _retention(self, account: storage.StorageAccount) -> None:
        args, resource_group = self._args, self._args.resource_group
        soft_delete = storage.DeleteRetentionPolicyArgs(enabled=True, days=args.soft_delete_days)
        storage.BlobServiceProperties(
            f"{self._kind}-blobs",
            blob_services_name="default",
            account_name=account.name,
            resource_group_name=resource_group.name,
            delete_retention_policy=soft_delete,
            container_delete_retention_policy=soft_delete,
            # Azure supports no versioning of a lake; soft delete is its only protection.
            is_versioning_enabled=not args.hierarchical,
            opts=pulumi.ResourceOptions(parent=self),
        )
        storage.FileServiceProperties(
            f"{self._kind}-files",
            file_services_name="default",
            account_name=account.name,
            resource_group_name=resource_group.name,
            share_delete_retention_policy=soft_delete,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _addresses(ranges: Sequence[IPv4Network]) -> list[str]:
    """As the firewall takes them: no prefixes of /31 and /32, but single addresses.

    Source: learn.microsoft.com/azure/storage/common/storage-network-security.
    """
    smallest = 30
    return [
        text
        for range_ in ranges
        for text in ([str(range_)] if range_.prefixlen <= smallest else [str(address) for address in range_])
    ]


def blob_container(
    name: str,
    container: str,
    *,
    account: StorageAccount,
    resource_group: ResourceGroup,
    parent: pulumi.Resource,
) -> storage.BlobContainer:
    """Declares a container without anonymous access.

    Args:
        name: Pulumi name.
        container: its name in the account.
        account: the account.
        resource_group: group of the account.
        parent: the component that it belongs to.
    """
    return storage.BlobContainer(
        name,
        container_name=container,
        account_name=account.name,
        resource_group_name=resource_group.name,
        public_access=storage.PublicAccess.NONE,
        opts=pulumi.ResourceOptions(parent=parent),
    )
