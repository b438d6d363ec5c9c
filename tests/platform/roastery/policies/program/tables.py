"""The good resources, and the same with a mistake each."""

from __future__ import annotations

import copy
from typing import Any

from bad import BAD, GONE
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
        },
    ),
}


def broken(policy: str) -> Row:
    """The good resource of a policy with its mistake."""
    base, changes = BAD[policy]
    kind, inputs = GOOD[base]
    inputs = copy.deepcopy(inputs)
    for path, value in changes.items():
        *way, last = path.split(".")
        here: Any = inputs
        for part in way:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if value == GONE:
            here.pop(int(last) if isinstance(here, list) else last)
        elif isinstance(here, list):
            here[int(last)] = value
        else:
            here[last] = value
    return kind, inputs


def pointers(value: Any) -> list[str]:
    """Names of the resources that inputs point at."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in pointers(part)]
    if isinstance(value, list):
        return [one for part in value for one in pointers(part)]
    return [value[1:]] if isinstance(value, str) and value.startswith("@") else []


def ordered() -> list[str]:
    """Names of the good ones, those first that others point at."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name not in done and name in GOOD:
            for pointed in pointers(GOOD[name][1]):
                visit(pointed)
            done.append(name)

    for name in GOOD:
        visit(name)
    return done
