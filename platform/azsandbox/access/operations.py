"""Which action each operation needs, and on which scope: the one table of the API server and the provider.

Where the table has no entry, ARM's rule holds: the type and read, write, delete, or the POST's last word and
`action` (learn.microsoft.com/azure/role-based-access-control/resource-provider-operations).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.access.decisions import Need
from azsandbox.arm import ids

_VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
_GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
_ML = "Microsoft.MachineLearningServices/workspaces"

FREE = (
    r"GET /(tenants|subscriptions)",
    r"GET /subscriptions/[^/]+(/(resources|providers|resourcegroups))?",
    r"GET /subscriptions/[^/]+/resourcegroups/[^/]+/resources",
    r"GET /subscriptions/[^/]+/providers/[^/]+",
    r"GET .+/locations/[^/]+/\w*operation\w*/.+",
    r"GET .+/providers/microsoft\.authorization/permissions",
    r"POST /subscriptions/[^/]+/providers/[^/]+/checknameavailability",
)
"""Operations without an action of their own: lists that show what the caller may read, what belongs to
nobody, and the progress of an operation that was allowed."""

FILTERED = (
    r"GET /subscriptions/[^/]+/(resources|resourcegroups)",
    r"GET /subscriptions/[^/]+/resourcegroups/[^/]+/resources",
)
"""Lists that leave out what the caller may not read."""

DATA = (
    (r"GET /history/v1\.0(/.+)/(runs|rundata)(/.*)?", f"{_ML}/experiments/runs/read"),
    (r"POST /history/v1\.0(/.+)/rundata", f"{_ML}/experiments/runs/read"),
    (r"PATCH /history/v1\.0(/.+)/experiments/.+", f"{_ML}/experiments/runs/write"),
    (r"POST /data/v1\.0(/.+)/dataversion/.+", f"{_ML}/data/versions/read"),
)
"""Requests of Azure ML's own services: the workspace in the path, and the action on it
(learn.microsoft.com/azure/machine-learning/how-to-assign-roles)."""

NAMED = (
    (
        r"POST (/subscriptions/[^/]+)/providers/microsoft\.features/.+/features/[^/]+/register",
        "Microsoft.Features/providers/features/register/action",
    ),
    (
        r"GET (/subscriptions/[^/]+)/providers/microsoft\.features/.+/features(/[^/]+)?",
        "Microsoft.Features/providers/features/read",
    ),
)
"""Requests whose action is not that of ARM's rule: the scope in the path, and the action on it."""

FUNCTIONS = {
    "containerservice:listManagedClusterUserCredentials": (
        "Microsoft.ContainerService/managedClusters",
        "listClusterUserCredential/action",
    ),
    "containerservice:listManagedClusterAdminCredentials": (
        "Microsoft.ContainerService/managedClusters",
        "listClusterAdminCredential/action",
    ),
    "storage:listStorageAccountKeys": ("Microsoft.Storage/storageAccounts", "listkeys/action"),
    "containerregistry:listRegistryCredentials": (
        "Microsoft.ContainerRegistry/registries",
        "listCredentials/action",
    ),
    "operationalinsights:getSharedKeys": ("Microsoft.OperationalInsights/workspaces", "sharedkeys/action"),
    "machinelearningservices:listWorkspaceKeys": (_ML, "listKeys/action"),
    "machinelearningservices:listOnlineEndpointKeys": (f"{_ML}/onlineEndpoints", "listKeys/action"),
    "machinelearningservices:listDatastoreSecrets": (f"{_ML}/datastores", "listSecrets/action"),
}
"""Functions of azure-native: the type that they ask, and the action on it."""


def matches(patterns: tuple[str, ...], method: str, path: str) -> bool:
    """Whether a request is one of those that the patterns describe."""
    return any(
        re.fullmatch(pattern, f"{method} {path.rstrip('/')}", re.IGNORECASE | re.DOTALL)
        for pattern in patterns
    )


def needs(method: str, path: str) -> Iterator[Need]:
    """What a request to Azure Resource Manager, or to Azure ML's own services, needs."""
    for pattern, action in (*DATA, *NAMED):
        match = re.fullmatch(pattern, f"{method} {path}", re.IGNORECASE)
        if match:
            yield Need(action=action, scope=match[1])
            return
    if matches(FREE, method, path):
        return
    if method == "POST":
        scope, _, verb = path.rstrip("/").rpartition("/")
        register = re.fullmatch(r"(/subscriptions/[^/]+)/providers/([^/]+)", scope, re.IGNORECASE)
        if register:
            yield Need(action=f"{register[2]}/{verb}/action", scope=register[1])
        else:
            yield Need(action=f"{action_type(scope)}/{verb}/action", scope=scope)
    elif method in _VERBS:
        yield Need(action=f"{action_type(path)}/{_VERBS[method]}", scope=scope_of(path))


def of_resource(identifier: str, verb: str) -> Need:
    """The need for `read`, `write` or `delete` of a resource."""
    return Need(action=f"{action_type(identifier)}/{verb}", scope=identifier)


def action_type(path: str) -> str:
    """The type in an action's name, of a resource's or a collection's path."""
    head, separator, tail = path.rstrip("/").rpartition("/providers/")
    if not separator:
        return "Microsoft.Resources/subscriptions" if ids.group_of(head or path) is None else _GROUPS
    namespace, *rest = tail.split("/")
    return "/".join([namespace, *rest[::2]])


def scope_of(path: str) -> str:
    """The scope of a request: the resource, or for a list what the list is below of."""
    head, separator, tail = path.rstrip("/").rpartition("/providers/")
    parts = tail.split("/")
    if ids.subscription_of(path) == head and "locations" in parts[1:2]:
        return head  # what a subscription has in a region
    if not separator or len(parts) % 2:
        return path.rstrip("/")
    return f"{head}/providers/{'/'.join(parts[:-1])}" if len(parts) > 2 else head  # noqa: PLR2004 - namespace, type
