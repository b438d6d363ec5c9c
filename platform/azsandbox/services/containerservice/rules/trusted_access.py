"""What AKS refuses about trusted access (learn.microsoft.com/azure/aks/trusted-access-feature)."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

# az aks trustedaccess role list (trusted access page)
_ROLES = {
    "microsoft.machinelearningservices/workspaces": ("mlworkload", "inference-v1"),
    "microsoft.dataprotection/backupvaults": ("backup-operator",),
}
_PARTS = 3  # Microsoft.MachineLearningServices/workspaces/mlworkload


def roles_are_those_of_the_source(inputs: Values) -> Iterator[Problem]:
    """A role is qualified by the type of the resource that it is for."""
    roles, source = inputs.get("roles"), inputs.get("sourceResourceId")
    for index, role in enumerate(roles if isinstance(roles, list) else []):
        if not isinstance(role, str):
            continue
        kind, _, name = role.rpartition("/")
        if len(role.split("/")) < _PARTS or not name or "." not in kind:
            yield Problem(
                f"roles[{index}]",
                f"{role!r} is not a role such as Microsoft.MachineLearningServices/workspaces/mlworkload",
            )
        elif isinstance(source, str) and ids.looks_like_id(source):
            own = ids.parse(source).kind
            known = _ROLES.get(kind.lower())
            if kind.lower() != own.lower():
                yield Problem(f"roles[{index}]", f"{role!r} is a role for {kind}, but the source is a {own}")
            elif known and name.lower() not in known:
                yield Problem(f"roles[{index}]", f"{role!r} does not exist: {kind} has {', '.join(known)}")
