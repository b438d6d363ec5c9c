"""The sign-in and its rights; what is registered in the subscription."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Any

from roastery.azure.errors import ServiceError
from roastery.doctor.checks.namespaces import required
from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, error, ok, warning

_AUTHORIZATION, _RESOURCES, _FEATURES = "2022-04-01", "2021-04-01", "2021-07-01"
_REGISTERED = "Registered"
_DENIED = 77
_NOT_FOUND = 404
FEATURES = (("Microsoft.Compute", "EncryptionAtHost"),)
# What `pulumi up` can't do without: learn.microsoft.com/azure/role-based-access-control.
WRITES = (
    "Microsoft.Resources/subscriptions/resourceGroups/write",
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.ContainerService/managedClusters/write",
    "Microsoft.MachineLearningServices/workspaces/write",
)
ROLES = "Microsoft.Authorization/roleAssignments/write"


def sign_in(examination: Examination) -> Iterator[Finding]:
    """The subscription is read: without a sign-in, or with one of another tenant, ARM says so."""
    body = examination.arm.get("", _RESOURCES)
    owner, wanted = str(body.get("tenantId", "")), examination.arm.tenant
    if owner and owner.lower() != wanted.lower():
        yield error(
            f"the subscription is of tenant {owner}, but roastery:tenant is {wanted}",
            f"set roastery:tenant {owner} in Pulumi.{examination.stack.name}.yaml, or another subscription",
        )
    elif body.get("state", "Enabled") != "Enabled":
        yield error(
            f"the subscription is in state {body.get('state')}", "have its owner enable it in the portal"
        )
    else:
        yield ok(f"signed in; subscription {body.get('displayName', examination.arm.subscription)}")


def rights(examination: Examination) -> Iterator[Finding]:
    """What the permissions API answers for the caller, on the subscription or else on the stack's groups."""
    path = "/providers/Microsoft.Authorization/permissions"
    missing = _missing(examination, path)
    if not missing:
        yield ok("may create resources and assign roles in the subscription")
        return
    groups = list(_groups(examination))
    lacking = [
        (group, some) for group in groups if (some := _missing(examination, f"/resourceGroups/{group}{path}"))
    ]
    if groups and not lacking:
        yield ok(f"may create resources and assign roles in {', '.join(groups)}")
        return
    where, missing = lacking[0] if lacking else ("", missing)
    scope = f"/subscriptions/{examination.arm.subscription}{f'/resourceGroups/{where}' if where else ''}"
    role = "Role Based Access Control Administrator" if missing == [ROLES] else "Contributor"
    yield error(
        f"may not {missing[0]} in {where or 'the subscription'}",
        f"an Owner types: az role assignment create --role '{role}' --assignee YOU --scope {scope}",
        _DENIED,
    )


def _missing(examination: Examination, path: str) -> list[str]:
    try:
        permissions = list(examination.arm.listed(path, _AUTHORIZATION))
    except ServiceError as problem:
        # The published operation is that of a group; on a subscription it is what the portal asks.
        if problem.status != _NOT_FOUND:
            raise
        permissions = []
    return [action for action in (*WRITES, ROLES) if not allows(permissions, action)]


def _groups(examination: Examination) -> Iterator[str]:
    """The resource groups of this stack that exist, by the rule of their names."""
    names = examination.stack.names
    first, last = f"rg-{names.workload}-", names.of("resource group").removeprefix(f"rg-{names.workload}")
    for row in examination.arm.listed("/resourcegroups", _RESOURCES):
        name = str(row.get("name", ""))
        if name.startswith(first) and name.endswith(last):
            yield name


def allows(permissions: list[dict[str, Any]], action: str) -> bool:
    """Whether any permission allows the action: in its `actions`, and not in its `notActions`."""

    def covered(patterns: Any) -> bool:
        return any(fnmatch.fnmatchcase(action.lower(), str(pattern).lower()) for pattern in patterns or ())

    return any(covered(item.get("actions")) and not covered(item.get("notActions")) for item in permissions)


def providers(examination: Examination) -> Iterator[Finding]:
    """Each namespace that the program declares a resource of, and those that services need behind it."""
    states = {
        str(item["namespace"]).lower(): (str(item["namespace"]), str(item.get("registrationState", "")))
        for item in examination.arm.listed("/providers", _RESOURCES)
    }
    registered = 0
    for namespace, why in required().items():
        name, state = states.get(namespace.lower(), (namespace, "unknown"))
        if state == _REGISTERED:
            registered += 1
        elif state == "Registering":
            yield warning(f"{name} is being registered ({why})", "wait for some minutes, then run it again")
        else:
            yield error(f"{name} is {state} ({why})", f"az provider register --namespace {name} --wait")
    if registered == len(required()):
        yield ok(f"all {registered} resource providers are registered")


def features(examination: Examination) -> Iterator[Finding]:
    for namespace, feature in FEATURES:
        path = f"/providers/Microsoft.Features/providers/{namespace}/features/{feature}"
        state = str((examination.arm.get(path, _FEATURES).get("properties") or {}).get("state", "unknown"))
        if state == _REGISTERED:
            yield ok(f"{namespace}/{feature} is registered")
        elif state in {"Registering", "Pending"}:
            yield warning(
                f"{namespace}/{feature} is {state}", "wait for about a quarter of an hour, then run it again"
            )
        else:
            yield error(
                f"{namespace}/{feature} is {state}",
                f"az feature register --namespace {namespace} --name {feature}; once it is Registered: "
                f"az provider register --namespace {namespace}",
            )
