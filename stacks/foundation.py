"""What everything stands on: groups, network, names, logs, vault, storage, registry, the way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_azure_native import resources

from roastery import roles
from roastery.components.identity.roles import assign
from roastery.components.monitoring.logs import Logs, LogsArgs
from roastery.components.network.bastion import Bastion, BastionArgs
from roastery.components.network.dns import PrivateDns, PrivateDnsArgs
from roastery.components.network.endpoint import Access
from roastery.components.network.vnet import Network, NetworkArgs
from roastery.components.registry import Registry, RegistryArgs
from roastery.components.resource_group import ResourceGroup
from roastery.components.storage import Account, AccountArgs
from roastery.components.vault import Vault, VaultArgs
from stacks.config import StackConfig
from stacks.sections import Door

_GROUPS = ("amlworkspace", "registry", "blob", "file", "queue", "table", "dfs", "vault", "azuremonitor")


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What the other layers use."""

    net: ResourceGroup
    data: ResourceGroup
    data_id: pulumi.Output[str]
    work: ResourceGroup
    network: Network
    dns: PrivateDns
    access: Access
    logs: Logs
    vault: Vault
    storage: Account
    lake: Account
    registry: Registry
    bastion: Bastion


def foundation(config: StackConfig) -> Foundation:
    """Declares the foundation."""
    groups = {part: _group(config, part) for part in ("net", "data", "ml")}
    net, data, work = (_place(config, groups[part]) for part in ("net", "data", "ml"))
    subnets, zones = config.network.subnets.ranges(), config.cluster.zones
    network = Network(
        "network",
        NetworkArgs(
            resource_group=net,
            cidr=config.network.cidr,
            subnets=subnets,
            pod_cidr=config.cluster.pod_cidr,
            open_egress=config.network.open_egress,
        ),
    )
    hub = ("namespace",) if config.workflows.landing == "event_hub" else ()
    dns = PrivateDns(
        "dns", PrivateDnsArgs(resource_group=net, vnet_id=network.vnet_id, groups=(*_GROUPS, *hub))
    )
    access = Access(resource_group=net, subnet_id=network.subnet_ids["private_endpoints"], dns=dns)
    logs = Logs(
        "logs",
        LogsArgs(
            resource_group=data,
            access=access,
            retention_days=config.monitoring.retention_days,
            daily_quota_gb=config.monitoring.daily_quota_gb,
        ),
    )
    network.diagnose(logs.workspace_id)
    vault = Vault(
        "vault",
        VaultArgs(
            resource_group=data,
            access=access,
            tenant=config.tenant,
            log_workspace_id=logs.workspace_id,
            soft_delete_days=config.data.vault_soft_delete_days,
            doors=_doors(config, "vault"),
        ),
    )
    storage = _account(config, data, access, logs, lake=False)
    lake = _account(config, data, access, logs, lake=True)
    registry = Registry(
        "registry",
        RegistryArgs(
            resource_group=data,
            access=access,
            log_workspace_id=logs.workspace_id,
            zone_redundant=config.data.zone_redundant_registry,
            doors=_doors(config, "registry"),
        ),
    )
    bastion = Bastion(
        "bastion",
        BastionArgs(
            resource_group=net,
            bastion_subnet_id=network.subnet_ids["bastion"],
            jump_box_subnet_id=network.subnet_ids["jump_box"],
            size=config.machines.size,
            public_key=config.machines.public_key,
            log_workspace_id=logs.workspace_id,
            zones=zones,
        ),
    )
    _people(config, net, vault, bastion)
    return Foundation(
        net=net,
        data=data,
        data_id=groups["data"].id,
        work=work,
        network=network,
        dns=dns,
        access=access,
        logs=logs,
        vault=vault,
        storage=storage,
        lake=lake,
        registry=registry,
        bastion=bastion,
    )


def _group(config: StackConfig, part: str) -> resources.ResourceGroup:
    return resources.ResourceGroup(
        f"rg-{part}",
        resource_group_name=config.names.of("resource group", part),
        location=config.region,
        tags=config.tags,
    )


def _place(config: StackConfig, group: resources.ResourceGroup) -> ResourceGroup:
    return ResourceGroup(name=group.name, names=config.names, tags=config.tags, protect=config.production)


def _account(
    config: StackConfig, resource_group: ResourceGroup, access: Access, logs: Logs, *, lake: bool
) -> Account:
    return Account(
        "lake" if lake else "storage",
        AccountArgs(
            resource_group=resource_group,
            access=access,
            log_workspace_id=logs.workspace_id,
            groups=("blob", "dfs") if lake else ("blob", "file", "queue", "table"),
            hierarchical=lake,
            redundancy=config.data.redundancy,
            soft_delete_days=config.data.soft_delete_days,
            doors=_doors(config, "storage"),
        ),
    )


def _doors(config: StackConfig, door: Door) -> Sequence[IPv4Network]:
    return config.network.allowed_addresses if door in config.network.public_doors else ()


def _people(config: StackConfig, resource_group: ResourceGroup, vault: Vault, bastion: Bastion) -> None:
    engineers = config.people.platform_engineers
    for name, role, scope, parent, why in (
        ("engineers-vault", roles.KEY_VAULT_ADMINISTRATOR, vault.id, vault, "Engineers put secrets in place"),
        ("engineers-jump", roles.VM_ADMINISTRATOR_LOGIN, bastion.jump_box_id, bastion, "Engineers sign in"),
    ):
        assign(
            name,
            names=resource_group.names,
            role=role,
            principal=engineers,
            principal_type="Group",
            scope=scope,
            parent=parent,
            why=why,
        )
