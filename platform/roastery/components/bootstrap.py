"""What has to stand before the platform: Pulumi's state, the key that encrypts its secrets, the registry.

Pulumi creates container and key through Azure Resource Manager, for which Owner suffices. Using them takes
data roles, which Owner does not contain: they are assigned here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

import pulumi
from pulumi_azure_native import keyvault

from roastery.components.monitoring.diagnostics import diagnose
from roastery.components.network.endpoint import PrivateAccess, private_endpoint
from roastery.components.registry import Registry, RegistryArgs
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import StorageAccount, StorageAccountArgs, blob_container
from roastery.components.vault import Vault, VaultArgs
from roastery.naming import Names


@dataclass(frozen=True, kw_only=True)
class StateIds:
    """ARM ids, computed: the platform's program refers to what another program declares."""

    account: str
    container: str
    vault: str
    key: str
    registry: str

    @classmethod
    def of(cls, names: Names, container: str, key: str, registry: str | None = None) -> StateIds:
        """Of an environment.

        Args:
            names: of the stack; its salt is the subscription id.
            container: of the states.
            key: of the secrets in them.
            registry: id of another environment's shared registry.
        """
        group = group_id(names)
        account = f"{group}/providers/Microsoft.Storage/storageAccounts/{names.of('state account')}"
        vault = f"{group}/providers/Microsoft.KeyVault/vaults/{names.of('state vault')}"
        own = f"{group}/providers/Microsoft.ContainerRegistry/registries/{names.of('shared registry')}"
        return cls(
            account=account,
            container=f"{account}/blobServices/default/containers/{container}",
            vault=vault,
            key=f"{vault}/keys/{key}",
            registry=registry or own,
        )


def group_id(names: Names) -> str:
    """ARM id of the resource group of all this."""
    return f"/subscriptions/{names.salt}/resourceGroups/{names.of('resource group', 'boot')}"


@dataclass(frozen=True, kw_only=True)
class StateBackendArgs:
    """One state store.

    Args:
        resource_group: group, names, tags.
        tenant: Entra tenant id.
        container: of the states.
        key: name of the key.
        redundancy: `LRS`, `ZRS` or `GZRS`.
        soft_delete_days: how long a deleted state, key or vault can come back.
        public_access: public ranges that may reach it; empty turns public network access off.
    """

    resource_group: ResourceGroup
    tenant: str
    container: str
    key: str
    redundancy: Literal["LRS", "ZRS", "GZRS"] = "ZRS"
    soft_delete_days: int = 90
    public_access: Sequence[IPv4Network] = ()


class StateBackend(pulumi.ComponentResource):
    """The account with the container of the states, and the vault with the key of the secrets in them."""

    container_id: pulumi.Output[str]
    key_id: pulumi.Output[str]

    def __init__(self, name: str, args: StateBackendArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:bootstrap:StateBackend", name, None, opts)
        resource_group, child = args.resource_group, pulumi.ResourceOptions(parent=self)
        account = StorageAccount(
            "state",
            StorageAccountArgs(
                resource_group=resource_group,
                kind="state account",
                redundancy=args.redundancy,
                soft_delete_days=args.soft_delete_days,
                public_access=args.public_access,
            ),
            child,
        )
        container = blob_container(
            "states", args.container, account=account, resource_group=resource_group, parent=self
        )
        vault = Vault(
            "state-vault",
            VaultArgs(
                resource_group=resource_group,
                tenant=args.tenant,
                kind="state vault",
                soft_delete_days=args.soft_delete_days,
                public_access=args.public_access,
            ),
            child,
        )
        key = keyvault.Key(
            "state-key",
            key_name=args.key,
            vault_name=vault.name,
            resource_group_name=resource_group.name,
            properties=keyvault.KeyPropertiesArgs(
                kty=keyvault.JsonWebKeyType.RSA,
                key_size=3072,
                # All that Pulumi's secrets provider does with it.
                key_ops=[keyvault.JsonWebKeyOperation.ENCRYPT, keyvault.JsonWebKeyOperation.DECRYPT],
            ),
            tags=resource_group.tags,
            # Without the key, no secret in any state can be read again.
            opts=pulumi.ResourceOptions(parent=self, protect=resource_group.protect),
        )
        self.container_id, self.key_id = container.id, key.id
        self.register_outputs({"container": self.container_id, "key": self.key_id})


def shared_registry(resource_group: ResourceGroup, public_access: Sequence[IPv4Network]) -> Registry:
    """Declares the registry of mirrored charts and images, and of the images that are built here.

    Its exports stay on: other environments' registries may import from it.
    """
    return Registry(
        "shared-registry",
        RegistryArgs(
            resource_group=resource_group, kind="shared registry", public_access=public_access, exports=True
        ),
    )


def reach_bootstrap(
    ids: StateIds,
    access: PrivateAccess,
    log_workspace_id: pulumi.Input[str],
    parent: pulumi.Resource,
    *,
    log_registry: bool,
) -> None:
    """Declares private endpoints of state store, its key and the shared registry, and their logs.

    Another program declares the three, before this one.

    Args:
        ids: of the three.
        access: where endpoints are.
        log_workspace_id: where logs go.
        parent: the component that the endpoints belong to.
        log_registry: whether the registry's logs are this environment's.
    """
    private_endpoint(access, "boot-st", "blob", ids.account, parent)
    private_endpoint(access, "boot-kv", "vault", ids.vault, parent)
    private_endpoint(access, "boot-cr", "registry", ids.registry, parent)
    logged = {"boot-st": f"{ids.account}/blobServices/default", "boot-kv": ids.vault}
    if log_registry:
        logged["boot-cr"] = ids.registry
    for name, resource in logged.items():
        diagnose(name, resource, log_workspace_id, parent)
