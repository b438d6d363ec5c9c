"""What the ends of the flows are called in a state: resources, subnets and identities by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from roastery.errors import RoasteryError
from roastery.flows.inputs import event_sources, flag, hosts, secret_names, text
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.values import PropertyNode

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
BASTION = "azure-native:network:BastionHost"
TOPIC = "azure-native:eventgrid:SystemTopic"
ACTION_GROUP = "azure-native:monitor:ActionGroup"
_COMPONENT = "roastery:identity:WorkloadIdentity"

# Which subnet a kind of machine is in: key, type, lists to go through, path of the subnet's id.
_PLACES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("cluster", t.AKS, ("agentPoolProfiles",), "vnetSubnetID"),
    (
        "agents",
        t.MACHINES,
        ("virtualMachineProfile.networkProfile.networkInterfaceConfigurations", "ipConfigurations"),
        "subnet.id",
    ),
    ("jump_box", t.NIC, ("ipConfigurations",), "subnet.id"),
    ("bastion", BASTION, ("ipConfigurations",), "subnet.id"),
    ("private_endpoints", t.ENDPOINT, (), "subnet.id"),
)

# What the bootstrap makes, by type.
_BOOTSTRAPPED = {
    "microsoft.storage/storageaccounts": "state_store",
    "microsoft.keyvault/vaults": "state_vault",
    "microsoft.containerregistry/registries": "shared_registry",
}


class UnknownProgramError(RoasteryError):
    """The state is of a program whose flows nobody declared."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Entity:
    """What a key stands for: its ARM id, and the resource that declares it, if the state has it."""

    id: str
    declared: DeclaredResource | None = None


class Topology:
    """The ends of flows in one state.

    Keys of resources: `cluster`, `workspace`, `storage` (the workspace's), `lake`, `vault`, `registry`,
    `insights`, `logs`, `link_scope`, `vnet`, `agents`, `jump_box`, `bastion`, `topic`, `extension`,
    `endpoint`; and of what the bootstrap made, known by its private endpoints: `state_store`,
    `state_vault`, `shared_registry`; `images`: the registry that images are pulled from.
    Keys of identities: those of the `WorkloadIdentity` components (`jobs`, `argo`, `runner`, `aks`,
    `kubelet`, ...); `workspace`, `topic`, `extension`, `agents`, `jump_box` for those of the resource
    itself. `bootstrap` is the state of the program that grants the platform's own identities their rights;
    only its role assignments count.

    Raises:
        UnknownProgramError: nothing in the state is what this program declares.
    """

    def __init__(self, stack: DeclaredStack, bootstrap: DeclaredStack | None = None) -> None:
        self.stack = stack
        self.bootstrap = bootstrap
        if not stack.of(t.NETWORK) or not stack.of(_COMPONENT):
            missing = "identities of this program" if stack.of(t.NETWORK) else "virtual network"
            raise UnknownProgramError(
                f"no flows are declared for stack {stack.facts.stack}: its state has no {missing}",
                "roast flows knows states of the program in stacks/ only",
            )

    def resource(self, key: str) -> Entity | None:
        """What a key stands for; None if the state has no such resource."""
        return self._entities.get(key)

    def has(self, key: str) -> bool:
        """Whether the state has what a key stands for.

        Besides keys: `cluster:<path>`, a setting that is on; `group:<name>`; `source:<name>` of Argo Events;
        `secrets:<class>` of the secrets driver; `host:<what>`; `forge:<domain>` that the repository is at.
        """
        kind, _, name = key.partition(":")
        host = self.hosts.get("forge", "")
        known = {
            "group": lambda: bool(self.group(name)),
            "source": lambda: name in event_sources(self.stack),
            "secrets": lambda: bool(secret_names(self.stack, name)),
            "host": lambda: name in self.hosts,
            "forge": lambda: host == name or host.endswith(f".{name}"),
        }
        if kind in known:
            return known[kind]()
        if key in _BOOTSTRAPPED.values():
            # All of them or none: one without its private endpoint is a broken flow.
            return any(self.resource(other) is not None for other in _BOOTSTRAPPED.values())
        entity = self.resource(kind)
        if not name or entity is None:
            return entity is not None
        return entity.declared is not None and flag(entity.declared, name)

    def id_of(self, scope: str) -> str:
        """The ARM id of `key`, `key/more/path` or `endpoint:<key>:<group>`; empty if the state has none."""
        if scope.startswith("endpoint:"):
            endpoint = self.endpoint_of(scope)
            return endpoint.id if endpoint else ""
        key, _, rest = scope.partition("/")
        entity = self.resource(key)
        return "" if entity is None else "/".join(filter(None, (entity.id, rest)))

    def group(self, name: str) -> frozenset[str]:
        """Object ids of a group of people, whose roles the program names `role-<name>-...`, in lower case."""
        return frozenset(
            text(role, "principalId").lower()
            for state in filter(None, (self.stack, self.bootstrap))
            for role in state.of(t.ROLE)
            if role.name.startswith(f"role-{name}-") and text(role, "principalType") == "Group"
        )

    def ids_of(self, scope: str) -> list[str]:
        """The ARM ids of a scope: as `id_of`; `secrets:<class>` are all secrets that a class mounts."""
        kind, _, name = scope.partition(":")
        if kind == "secrets":
            vault = self.id_of("vault")
            return [f"{vault}/secrets/{secret}" for secret in secret_names(self.stack, name) if vault]
        return list(filter(None, [self.id_of(scope)]))

    @cached_property
    def hosts(self) -> dict[str, str]:
        """What stands for `{region}`, `{endpoint}`, `{snowflake}` and `{forge}` in the table of flows."""
        return {"region": self.region, **hosts(self.stack)}

    def placed(self, pattern: str) -> str:
        """A host name, tag or value of the table with its placeholders replaced."""
        for name, value in self.hosts.items():
            pattern = pattern.replace(f"{{{name}}}", value)
        return pattern

    def endpoint_of(self, scope: str) -> DeclaredResource | None:
        """The private endpoint that a scope `endpoint:<key>:<group>` names."""
        if not scope.startswith("endpoint:"):
            return None
        _, key, group = scope.split(":")
        return self.endpoint(self.id_of(key), group)

    def endpoint(self, target: str, group: str) -> DeclaredResource | None:
        """The private endpoint of one sub-resource of a target."""
        for endpoint in self.stack.of(t.ENDPOINT):
            for connection in endpoint.each("privateLinkServiceConnections"):
                same = str(connection.get("privateLinkServiceId", "")).lower() == target.lower()
                if same and group in connection.texts("groupIds"):
                    return endpoint
        return None

    def principal(self, key: str) -> str:
        """The object id of an identity; empty if the state has none with that key."""
        identity = self.identities.get(key)
        if identity is not None:
            return str(identity.outputs.get("principalId") or "")
        entity = self.resource(key)
        if entity is None or entity.declared is None:
            return ""
        block = entity.declared.outputs.get("identity")
        return str(block.get("principalId") or "") if isinstance(block, dict) else ""

    @cached_property
    def identities(self) -> dict[str, DeclaredResource]:
        """User-assigned identities by the name of the component that declares them."""
        return {
            identity.parent.rpartition("::")[2]: identity
            for identity in self.stack.of(IDENTITY)
            if f"{_COMPONENT}::" in identity.parent
        }

    @cached_property
    def region(self) -> str:
        return text(self.stack.of(t.NETWORK)[0], "location").replace(" ", "").lower()

    @cached_property
    def by_id(self) -> dict[str, DeclaredResource]:
        """Resources by ARM id in lower case."""
        return {resource.id.lower(): resource for resource in self.stack.resources if resource.id}

    @cached_property
    def subnets(self) -> dict[str, str]:
        """ARM ids of the subnets, in lower case, by key: where each kind of machine is."""
        subnets: dict[str, str] = {}
        for key, type_, lists, path in _PLACES:
            for resource in self.stack.of(type_):
                nodes = [resource.properties]
                for name in lists:
                    nodes = [item for node in nodes for item in node.each(name)]
                for node in nodes:
                    if subnet := str(node.get(path, "")).lower():
                        subnets.setdefault(key, subnet)
        return subnets

    def subnet(self, key: str) -> PropertyNode | None:
        """The properties of a subnet, declared in its VNet or by itself; None if the state has none."""
        identifier = self.subnets.get(key, "")
        for resource in self.stack.of(t.SUBNET):
            if resource.id.lower() == identifier:
                return resource.properties
        for vnet in self.stack.of(t.NETWORK):
            for subnet in vnet.each("subnets"):
                if f"{vnet.id}/subnets/{subnet.get('name', '')}".lower() == identifier:
                    return subnet
        return None

    @cached_property
    def address_space(self) -> tuple[IPv4Network, ...]:
        """The ranges of the VNets: the service tag VirtualNetwork."""
        return tuple(
            IPv4Network(prefix)
            for vnet in self.stack.of(t.NETWORK)
            for prefix in vnet.texts("addressSpace.addressPrefixes")
            if ":" not in prefix
        )

    @cached_property
    def _entities(self) -> dict[str, Entity]:
        entities: dict[str, Entity] = {}
        for key, resource in [*self._by_type(), *self._by_reference()]:
            entities.setdefault(key, Entity(id=resource.id, declared=resource))
        for key, identifier in self._outside(entities):
            entities.setdefault(key, Entity(id=identifier, declared=self.by_id.get(identifier.lower())))
        images = entities.get("shared_registry") or entities.get("registry")
        if images is not None:
            entities["images"] = images
        return entities

    def _by_type(self) -> Iterator[tuple[str, DeclaredResource]]:
        for key, type_ in (
            ("vnet", t.NETWORK),
            ("cluster", t.AKS),
            ("workspace", t.ML_WORKSPACE),
            ("logs", t.LOGS),
            ("insights", t.INSIGHTS),
            ("link_scope", t.LINK_SCOPE),
            ("agents", t.MACHINES),
            ("jump_box", t.MACHINE),
            ("bastion", BASTION),
            ("topic", TOPIC),
            ("extension", t.EXTENSION),
            ("endpoint", t.ML_ENDPOINT),
            ("action_group", ACTION_GROUP),
            ("event_hub", t.EVENT_HUBS),
            ("queue", "azure-native:storage:Queue"),
            ("bus", t.EVENT_BUS),
            ("jump_box_nic", t.NIC),
        ):
            for resource in self.stack.of(type_):
                yield key, resource

    def _by_reference(self) -> Iterator[tuple[str, DeclaredResource]]:
        """What the workspace names is its own; the other account is the lake."""
        for workspace in self.stack.of(t.ML_WORKSPACE):
            for key, path in (
                ("storage", "storageAccount"),
                ("vault", "keyVault"),
                ("registry", "containerRegistry"),
            ):
                declared = self.by_id.get(text(workspace, path).lower())
                if declared is not None:
                    yield key, declared
        for cluster in self.stack.of(t.AKS):
            zone = self.by_id.get(text(cluster, "apiServerAccessProfile.privateDNSZone").lower())
            if zone is not None:
                yield "cluster_zone", zone
        for account in self.stack.of(t.STORAGE):
            if flag(account, "isHnsEnabled"):
                yield "lake", account
        for key, identity in self.identities.items():
            yield key, identity

    def _outside(self, known: dict[str, Entity]) -> Iterator[tuple[str, str]]:
        """What the bootstrap made: targets of private endpoints that are none of the platform's own."""
        own = {entity.id.lower() for entity in known.values()}
        for endpoint in self.stack.of(t.ENDPOINT):
            for connection in endpoint.each("privateLinkServiceConnections"):
                target = str(connection.get("privateLinkServiceId", ""))
                if target.lower() in own:
                    continue
                for provider, key in _BOOTSTRAPPED.items():
                    if f"/{provider}/" in target.lower():
                        yield key, target
