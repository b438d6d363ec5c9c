"""The good resources, and a copy of each with a violation."""

from __future__ import annotations

import copy
from typing import Any

from bad import BAD, REMOVED
from bad_kinds import BAD_KINDS
from good_azure import AZURE
from good_kubernetes import KUBERNETES
from good_links import LINKS
from good_network import NETWORK
from good_platform import PLATFORM
from shared import SUBSCRIPTION

PROTECTED = frozenset({"storage", "vault", "registry", "workspace", "cluster"})
Row = tuple[str, dict[str, Any]]

GOOD: dict[str, Row] = {
    **{
        name: (f"azure-native:{kind}", inputs)
        for name, (kind, inputs) in (AZURE | NETWORK | LINKS | PLATFORM).items()
    },
    **{name: (f"kubernetes:{kind}", inputs) for name, (kind, inputs) in KUBERNETES.items()},
    "definition": (
        "azure-native:authorization:RoleDefinition",
        {
            "scope": SUBSCRIPTION,
            "roleName": "Bean counter",
            "permissions": [{"actions": ["Microsoft.Storage/storageAccounts/read"]}],
            "assignableScopes": [SUBSCRIPTION],
        },
    ),
}


def broken(policy: str) -> Row:
    """A copy of a good resource that violates a policy."""
    if policy in BAD_KINDS:
        kind, inputs = BAD_KINDS[policy]
        return kind, copy.deepcopy(inputs)
    base, changes = BAD[policy]
    kind, inputs = GOOD[base]
    inputs = copy.deepcopy(inputs)
    for path, value in changes.items():
        *parents, last = path.split(".")
        here: Any = inputs
        for part in parents:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if value == REMOVED:
            here.pop(int(last) if isinstance(here, list) else last)
        elif isinstance(here, list):
            here[int(last)] = value
        else:
            here[last] = value
    return kind, inputs


def pointers(value: Any) -> list[str]:
    """Names of the resources that inputs refer to."""
    if isinstance(value, dict):
        return [name for part in value.values() for name in pointers(part)]
    if isinstance(value, list):
        return [name for part in value for name in pointers(part)]
    return [value[1:]] if isinstance(value, str) and value.startswith("@") else []


def ordered() -> list[str]:
    """Names of the good resources, each after those that it refers to."""
    names: list[str] = []

    def visit(name: str) -> None:
        if name not in names and name in GOOD:
            for pointed in pointers(GOOD[name][1]):
                visit(pointed)
            names.append(name)

    for name in GOOD:
        visit(name)
    return names
