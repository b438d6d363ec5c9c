"""What everything else uses: groups, logs, network, DNS, vault, storage, registry, Bastion."""

from __future__ import annotations

from dataclasses import dataclass

from roastery.components.bootstrap import reach_bootstrap
from roastery.components.identity import grants
from roastery.components.identity.roles import assign, assign_all
from roastery.components.machines import Tools
from roastery.components.monitoring.logs import Logs, LogsArgs
from roastery.components.monitoring.private_link import private_link_scope
from roastery.components.network.bastion import Bastion, BastionArgs
from roastery.components.network.dns import PrivateDns, PrivateDnsArgs
from roastery.components.network.endpoint import PrivateAccess
from roastery.components.network.forges import forge_host
from roastery.components.network.hosts import Destinations, host_rules
from roastery.components.network.rules import NetworkLayout
from roastery.components.network.vnet import Network, NetworkArgs
from roastery.components.registry import Registry, RegistryArgs
from roastery.components.resource_group import ResourceGroup, declare_group
from roastery.components.storage import StorageAccount, StorageAccountArgs
from roastery.components.vault import Vault, VaultArgs
from stacks.bootstrap.ids import state_ids
from stacks.config import StackConfig

# Services that the stack reaches through private endpoints: keys of `roastery.components.network.dns.ZONES`.
SERVICES = ("amlworkspace", "registry", "blob", "file", "queue", "table", "dfs", "vault", "azuremonitor")


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What the other layers use."""

    net: ResourceGroup
    data: ResourceGroup
    work: ResourceGroup
    logs: Logs
    network: Network
    dns: PrivateDns
    access: PrivateAccess
    vault: Vault
    storage: StorageAccount
    lake: StorageAccount
    registry: Registry
    shared_registry_id: str
    bastion: Bastion


def foundation(config: StackConfig) -> Foundation:
    """Declares the foundation."""
    net, data, work = (
        declare_group(part, names=config.names, tags=config.tags, protect=config.production)
        for part in ("net", "data", "ml")
    )
    logs = Logs(
        "logs",
        LogsArgs(
            resource_group=data,
            retention_days=config.monitoring.retention_days,
            daily_quota_gb=config.monitoring.daily_quota_gb,
        ),
    )
    network = _network(config, net, logs)
    event_hub = ("namespace",) if config.workflows.landing == "event_hub" else ()
    dns = PrivateDns(
        "dns",
        PrivateDnsArgs(resource_group=net, vnet_id=network.vnet_id, groups=(*SERVICES, *event_hub)),
    )
    access = PrivateAccess(resource_group=net, subnet_id=network.subnet_ids["private_endpoints"], dns=dns)
    private_link_scope(data, access, {"log": logs.workspace_id, "appi": logs.insights_id}, logs)
    vault = _vault(config, data, access, logs)
    if config.bootstrap.private_endpoints:
        # The environment that declares a shared registry has its logs.
        reach_bootstrap(
            state_ids(config), access, logs.workspace_id, dns, log_registry=config.bootstrap.registry is None
        )
    return Foundation(
        net=net,
        data=data,
        work=work,
        logs=logs,
        network=network,
        dns=dns,
        access=access,
        vault=vault,
        storage=_account(config, data, access, logs, lake=False),
        lake=_account(config, data, access, logs, lake=True),
        registry=_registry(config, data, access, logs),
        shared_registry_id=state_ids(config).registry,
        bastion=_bastion(config, net, network, logs),
    )


def _network(config: StackConfig, group: ResourceGroup, logs: Logs) -> Network:
    section, workflows = config.network, config.workflows
    behind_firewall = section.egress == "firewall"
    return Network(
        "network",
        NetworkArgs(
            resource_group=group,
            cidr=section.cidr,
            subnets=section.subnets.ranges(),
            layout=NetworkLayout(
                region=config.region,
                subnets={name: str(range_) for name, range_ in section.subnets.ranges().items()},
                pods=str(config.cluster.pod_cidr),
                egress=section.egress,
                forge=config.forge_ranges,
                callers=tuple(map(str, section.callers)),
                push_senders=tuple(map(str, workflows.push_senders)),
                # Argo Events reads an event hub by AMQP over TLS.
                private_ports=("443", "5671") if workflows.landing == "event_hub" else ("443",),
            ),
            hosts=host_rules(
                Destinations(
                    region=config.region,
                    forge=forge_host(workflows.repository),
                    snowflake=f"{config.snowflake.account}.snowflakecomputing.com",
                    notices=workflows.notify_hosts,
                    more=section.allowed_hosts,
                )
            ),
            log_workspace_id=logs.workspace_id,
            # The zones of an existing address can't change: that of the NAT gateway has none.
            zones=config.cluster.zones if behind_firewall else (),
        ),
    )


def _vault(config: StackConfig, group: ResourceGroup, access: PrivateAccess, logs: Logs) -> Vault:
    vault = Vault(
        "vault",
        VaultArgs(
            resource_group=group,
            private_access=access,
            tenant=config.tenant,
            log_workspace_id=logs.workspace_id,
            soft_delete_days=config.data.vault_soft_delete_days,
            public_access=config.network.public_ranges("vault"),
        ),
    )
    assign(
        grants.engineers_on_vault(config.people.platform_engineers, vault.id),
        names=config.names,
        parent=vault,
    )
    return vault


def _account(
    config: StackConfig, group: ResourceGroup, access: PrivateAccess, logs: Logs, *, lake: bool
) -> StorageAccount:
    return StorageAccount(
        "lake" if lake else "storage",
        StorageAccountArgs(
            resource_group=group,
            private_access=access,
            log_workspace_id=logs.workspace_id,
            services=("blob", "dfs") if lake else ("blob", "file", "queue", "table"),
            hierarchical=lake,
            redundancy=config.data.redundancy,
            soft_delete_days=config.data.soft_delete_days,
            public_access=config.network.public_ranges("storage"),
        ),
    )


def _registry(config: StackConfig, group: ResourceGroup, access: PrivateAccess, logs: Logs) -> Registry:
    return Registry(
        "registry",
        RegistryArgs(
            resource_group=group,
            private_access=access,
            log_workspace_id=logs.workspace_id,
            zone_redundant=config.data.zone_redundant_registry,
            public_access=config.network.public_ranges("registry"),
        ),
    )


def _bastion(config: StackConfig, group: ResourceGroup, network: Network, logs: Logs) -> Bastion:
    bastion = Bastion(
        "bastion",
        BastionArgs(
            resource_group=group,
            bastion_subnet_id=network.subnet_ids["bastion"],
            jump_box_subnet_id=network.subnet_ids["jump_box"],
            size=config.machines.size,
            public_key=config.machines.public_key,
            tools=Tools(
                image=config.images.runner,
                state=config.state_url,
                login=config.machines.jump_box_login,
            ),
            log_workspace_id=logs.workspace_id,
            zones=config.cluster.zones,
        ),
    )
    engineers = grants.engineers_on_jump_box(
        config.people.platform_engineers, bastion.jump_box_id, bastion.interface_id, bastion.bastion_id
    )
    machine = grants.jump_box(bastion.jump_box_principal_id, state_ids(config).registry)
    assign_all([*engineers, machine], names=config.names, parent=bastion)
    return bastion
