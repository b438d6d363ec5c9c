"""What a case declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from azsandbox.arm.conditions import NONE, Conditions

Values = dict[str, Any]
AZURE = "azure-native:"
KUBERNETES = "kubernetes:"


class Expectation(Enum):
    """What the real service does with the judged resource."""

    ACCEPTED = "accepted"
    WARNED = "warned"  # accepted, and the sandbox says that it is doubtful
    REPLACED = "replaced"  # the change is a replacement
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One resource of a case; strings among its inputs may refer to others: `${vnet.id}`."""

    id: str
    type: str  # with its provider: azure-native:network:Subnet
    inputs: Values


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """The second deployment of one resource: inputs that are merged over its first ones, or its deletion."""

    id: str
    inputs: Values = field(default_factory=dict)
    delete: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    folder: str  # of the file: claims, recorded
    file: str
    expect: Expectation
    why: str
    source: str
    date: str
    resources: tuple[Declared, ...]  # what it needs first, then its own, in order
    then: tuple[CaseChange, ...] = ()
    at: str  # the id of the judged resource
    says: tuple[str, ...] = ()
    gives: Values = field(default_factory=dict)  # outputs of the judged resource, by path
    external: tuple[Any, ...] = ()  # ids of resources outside of the case, or objects with id and inputs
    conditions: Conditions = NONE  # of the subscription
    claims: tuple[str, ...] = ()  # `network:Subnet: is /29 or larger`
    deployer: Any = None  # who deploys, as `azsandbox:deployer` in a stack file says it


def merged(inputs: Values, changes: Values) -> Values:
    """The inputs with the changes: objects are merged, lists replaced, null removes."""
    result = dict(inputs)
    for key, value in changes.items():
        before = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(before, dict):
            result[key] = merged(before, value)
        else:
            result[key] = value
    return result
