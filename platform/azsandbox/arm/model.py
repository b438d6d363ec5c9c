"""How a service declares a resource type to the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.evidence import Claim, Evidence
from azsandbox.arm.laws import Law
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.schema.validate import Problem

Values = dict[str, Any]
_PARAMETER = re.compile(r"\{(\w+)\}")

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
IN_GROUP = f"{GROUP}/providers/"


@dataclass(frozen=True)
class NameRule:
    """The allowed names: a pattern, and its description for messages."""

    pattern: str
    description: str
    evidence: Evidence = Evidence.SPECIFICATION

    def allows(self, name: str) -> bool:
        return re.fullmatch(self.pattern, name) is not None


@dataclass(frozen=True)
class GlobalName:
    """The name is unique in all of Azure, as part of a host name."""

    code: str
    message: str  # with {name}


@dataclass(frozen=True)
class Reference:
    """An input that names another resource: path (`ipConfigurations[].subnet.id`) and allowed types."""

    path: str
    kinds: tuple[str, ...]

    @property
    def text(self) -> str:
        names = " or ".join(kind.rpartition("/")[2] for kind in self.kinds)
        return f"`{self.path}` refers to one of {names}"


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The resource can't be deleted while another one refers to it."""

    code: str
    message: str  # with {id} and {by}
    by: frozenset[str] | None = None  # only references from these types count; None for all


@dataclass(frozen=True, kw_only=True)
class SoftDelete:
    """A deleted resource keeps its name reserved for some days."""

    days: int
    code: str
    message: str  # with {name} and {days}
    everywhere: bool = False  # the name is reserved in all of Azure, not only in its own group
    protected: Callable[[Values], bool] = lambda _: False
    recovers: Callable[[Values], bool] = lambda _: False  # whether these inputs recover it
    recovers_in_place: bool = False  # the same id in the same location recovers it


@dataclass(frozen=True, kw_only=True)
class Request:
    """One PUT request, as the rules and outputs of a service read it."""

    id: str
    inputs: Values
    subscription: Subscription
    existing: Resource | None  # the resource before an update
    tenant: str

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def parent(self) -> Resource | None:
        above = ids.parent_of(self.id)
        return self.subscription.get(above) if above else None

    def at(self, path: str) -> Any:
        """An input by dotted path; None if a part of the path is missing."""
        value: Any = self.inputs
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


@dataclass(frozen=True)
class Inline:
    """Children that are declared in a list of their parent's inputs, such as a VNet's subnets."""

    path: str
    token: str


Early = Callable[[Values], Iterable[Problem]]
"""A rule that needs only the inputs: it runs in Check, before anything is deployed."""
Rule = Callable[[Request], None]
"""A rule that needs the subscription: it raises ArmError."""
Doubt = Callable[[Request], Iterable[Problem]]
"""Warnings that need the subscription: they are given in Check, once all inputs are known."""
Outputs = Callable[[Request], Values]


def _nothing(_: Request) -> Values:
    return {}


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """Everything that the sandbox knows about one type, beyond the SDK's schema."""

    token: str  # azure-native:network:Subnet
    path: str  # IN_GROUP + "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"
    name: NameRule | None = None
    global_name: GlobalName | None = None
    replace: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    laws: tuple[Law, ...] = ()
    early: tuple[Early, ...] = ()
    creation: tuple[Early, ...] = ()  # early rules that only a new resource has to meet
    rules: tuple[Rule, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    outputs: Outputs = _nothing
    defaults: Mapping[str, Any] = field(default_factory=dict)  # outputs where neither inputs nor outputs say
    in_use: InUse | None = None
    soft_delete: SoftDelete | None = None
    keeps_children: InUse | None = None  # it can't be deleted while it has children
    inline: tuple[Inline, ...] = ()
    creates_parent: bool = False  # its parent is created if it does not exist
    singleton: bool = False  # exists with its parent: create adopts it, delete resets it
    global_location: bool = False  # it is not in a region: its location is `global` where none is given
    autoname: str | None = None  # "random" | "copy" | "uuid"; the default depends on the ARM type
    immutable: bool = False  # every change replaces the resource
    spelling: str = ""  # its ARM type as the service spells it in answers, where that differs
    published_words: bool = False  # listed values are answered as published, however they were sent
    delete_first: bool = True
    seconds: float = 0  # duration of a write, for services that refuse concurrent writes below one parent
    claims: tuple[Claim, ...] = ()  # what rules and outputs do
    deviations: tuple[str, ...] = ()

    @cached_property
    def path_parameters(self) -> tuple[str, ...]:
        """Inputs that make up the id, in order."""
        return tuple(name for name in _PARAMETER.findall(self.path) if name != "subscriptionId")

    @property
    def name_input(self) -> str | None:
        """The input that holds the resource's own name; None if the path ends in a fixed name."""
        return self.path_parameters[-1] if self.path.endswith("}") else None

    @cached_property
    def kind(self) -> str:
        """The ARM type: Microsoft.Network/virtualNetworks/subnets."""
        _, separator, tail = self.path.rpartition("/providers/")
        if not separator:
            return "Microsoft.Resources/resourceGroups"
        namespace, *rest = tail.split("/")
        return "/".join([namespace, *rest[::2]])

    def id(self, subscription: str, inputs: Mapping[str, Any]) -> str:
        """The ARM id of a resource with these inputs."""
        values = {"subscriptionId": subscription, **inputs}
        return _PARAMETER.sub(lambda parameter: str(values[parameter[1]]).strip("/"), self.path).replace(
            "//", "/"
        )


@dataclass(frozen=True, kw_only=True)
class Invoke:
    """A function of the provider other than the `get…` function of a type."""

    token: str  # azure-native:storage:listStorageAccountKeys
    arguments: tuple[str, ...]
    answer: Callable[[Subscription, Values, str], Values]  # subscription, arguments, the client's scope
    required: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Service:
    """One Azure service: its types and functions."""

    name: str
    types: tuple[ResourceType, ...]
    invokes: tuple[Invoke, ...] = field(default=())
