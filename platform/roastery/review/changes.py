"""What changes between two versions of a program: from the engine's own events and both states."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.evaluate import Report
from roastery.policies.model import Finding, Resource, Stack
from roastery.policies.reports.rights import Right, bindings, rights, workloads
from roastery.policies.rules import namespaces, network
from roastery.policies.values import Unproven

_COMPONENTS = "roastery:"
_NOISE = ("pulumi:", _COMPONENTS)

# What goes with a resource when it is replaced or deleted, by the type's last word.
LOST = {
    "Vault": "its secrets; the name stays blocked for the retention of soft delete",
    "StorageAccount": "every data set and model file in it",
    "BlobContainer": "everything in it",
    "Registry": "all images",
    "Workspace": "run history, models and endpoints (or, for Log Analytics, its logs)",
    "ManagedCluster": "every workload and disk in it; endpoints and jobs stop until it is back",
    "AgentPool": "its nodes; jobs on them are evicted",
    "VirtualNetwork": "everything attached to it has to be replaced too",
    "Compute": "jobs that run on it; endpoints on it",
    "OnlineEndpoint": "its address, keys and traffic; planners get no forecast meanwhile",
    "OnlineDeployment": "what answers under that colour, until it is ready again",
    "UserAssignedIdentity": "every role and federation of it",
    "Component": "its telemetry",
    "PrivateEndpoint": "the private way to its service, for minutes",
    "NatGateway": "the way out, for minutes",
    "PublicIPAddress": "the address, which others may have allowed",
}


@dataclass(frozen=True, order=True)
class Change:
    """One resource, what happens to it, and the properties that make it happen.

    `operation` is create, update, replace, delete, or version: a new one of what stays beside it.
    """

    type: str
    name: str
    operation: str
    properties: tuple[str, ...] = ()
    protected: bool = False
    kept: bool = False  # what the stack lets go of stays in Azure
    versions: tuple[str, str] = ("", "")  # of the old one and the new one, where they have some

    @property
    def lost(self) -> str:
        return LOST.get(self.type.rpartition(":")[2], "")


@dataclass(frozen=True, kw_only=True)
class Review:
    """All that a reviewer should know of one stack."""

    stack: str
    changes: Sequence[Change]
    same: int
    rights_added: Sequence[Right] = ()
    rights_gone: Sequence[Right] = ()
    doors_opened: Sequence[str] = ()
    doors_closed: Sequence[str] = ()
    findings_new: Sequence[Finding] = ()
    findings_gone: Sequence[Finding] = ()
    errors: Sequence[str] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    def of(self, operation: str) -> list[Change]:
        return [one for one in self.changes if one.operation == operation]


def changes(
    events: Iterable[Mapping[str, Any]], protected: Collection[str] = (), kept: Collection[str] = ()
) -> tuple[list[Change], int]:
    """The changes that the engine planned, without its components, and how many resources stay the same.

    Args:
        events: the engine's.
        protected: URNs of what the program of before protects.
        kept: URNs of what it retains on delete.
    """
    found: dict[str, Change] = {}
    same = 0
    for event in events:
        meta = (event.get("resourcePreEvent") or {}).get("metadata")
        if not meta:
            continue
        operation, type_, urn = str(meta["op"]), str(meta["type"]), str(meta["urn"])
        if type_.startswith(_NOISE):
            continue
        if operation == "same":
            same += 1
        elif operation == "create-replacement" and urn in found and not found[urn].properties:
            # The plan of what hangs on a replaced resource names the reason only here.
            found[urn] = replace(found[urn], properties=_properties(meta))
        elif operation in {"create", "update", "replace", "delete"}:
            found[urn] = Change(
                type_,
                urn.rpartition("::")[2],
                "version" if operation == "replace" and urn in kept else operation,
                _properties(meta),
                urn in protected,
                urn in kept,
                (_version(meta, "old"), _version(meta, "new")),
            )
    return sorted(found.values()), same


def _properties(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths that differ; for a replacement those that force it."""
    detailed: Mapping[str, Any] = meta.get("detailedDiff") or {}
    forcing = [path for path, one in detailed.items() if str(one.get("diffKind", "")).endswith("replace")]
    plain = list(meta.get("keys") or []) or list(meta.get("diffs") or [])
    chosen = (list(detailed) or plain) if meta["op"] in {"create", "update"} else (forcing or plain)
    return tuple(sorted(chosen))


def _version(meta: Mapping[str, Any], side: str) -> str:
    found = _at(meta, f"{side}.inputs.version")
    return found if isinstance(found, str) else ""


def doors(stack: Stack) -> set[str]:
    """What of a stack is open to the Internet, one line each."""
    found: set[str] = set()
    for resource in stack.resources:
        with contextlib.suppress(Unproven):  # a policy on it is unproven as well, and says so
            found.update(_open(resource))
    return found


def _open(resource: Resource) -> Iterable[str]:
    kind = resource.type.rpartition(":")[2]
    what = f"{kind} `{resource.name}`"
    for path in ("publicNetworkAccess", "properties.publicNetworkAccess"):
        if _at(resource.inputs, path) == "Enabled":
            yield f"{what} answers on its public address"
    if resource.type in (t.SECURITY_GROUP, t.SECURITY_RULE):
        rules = resource.each("securityRules") if resource.type == t.SECURITY_GROUP else [resource.properties]
        for rule in rules:
            if network.open_to_the_internet(rule):
                listed = ", ".join(network.ports_of(rule))
                where = f"NSG `{resource.name}`" if resource.type == t.SECURITY_GROUP else what
                yield f"{where} lets the Internet in to {listed} ({rule.get('name', resource.name)})"
    if resource.type == t.ADDRESS:
        yield f"public address `{resource.name}`"
    balanced = resource.type == t.SERVICE and resource.word("spec.type") == "loadbalancer"
    if balanced and not namespaces.internal(resource):
        yield f"{what} has a load balancer with a public address"
    if resource.type == t.AKS and not _at(resource.inputs, "apiServerAccessProfile.enablePrivateCluster"):
        yield f"the API server of `{resource.name}` is public"


def _at(values: Any, path: str) -> Any:
    for part in path.split("."):
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def compare(
    stack: str,
    events: Iterable[Mapping[str, Any]],
    *,
    before: tuple[Stack, Report] | None,
    after: tuple[Stack, Report] | None,
    protected: Collection[str] = (),
    kept: Collection[str] = (),
    errors: Sequence[str] = (),
) -> Review:
    """The review of a stack; without a state after, what can't be told from the plan alone is left out."""
    found, same = changes(events, protected, kept)
    notes = [] if before else ["The stack is new: there is nothing to compare with."]
    if after is None:
        notes.append("Roles, doors and policies could not be compared, since the change does not come up.")
        return Review(stack=stack, changes=found, same=same, errors=errors, notes=notes)
    new, old = after[0], before[0] if before else Stack([], after[0].facts)
    now, then = after[1], before[1] if before else None
    gained, lost = _apart(_powers(old), _powers(new))
    return Review(
        stack=stack,
        changes=found,
        same=same,
        rights_added=gained,
        rights_gone=lost,
        doors_opened=sorted(doors(new) - doors(old)),
        doors_closed=sorted(doors(old) - doors(new)),
        findings_new=_findings(now, then),
        findings_gone=_findings(then, now) if then else (),
        errors=errors,
        notes=notes,
    )


def _powers(stack: Stack) -> list[Right]:
    """Every way to a right: roles in Azure, roles in the cluster, and workloads that act as an identity."""
    inside = [Right(one.who, one.role, f"namespace {one.namespace}", one.rules) for one in bindings(stack)]
    acting = [
        Right(one.subject, "sign-in", f"identity {one.identity}", f"issuer {one.issuer}")
        for one in workloads(stack)
    ]
    return [*rights(stack), *inside, *acting]


def _apart(old: Sequence[Right], new: Sequence[Right]) -> tuple[list[Right], list[Right]]:
    gained, lost = Counter(new) - Counter(old), Counter(old) - Counter(new)
    return sorted(gained), sorted(lost)


def _findings(report: Report, other: Report | None) -> list[Finding]:
    """What only this report says; a waived finding is one that somebody has answered for."""
    known = {_said(one) for one in other.findings} if other else set[tuple[str, str, str]]()
    return [one for one in report.findings if one.proven and not one.waiver and _said(one) not in known]


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.policy.id, finding.urn, finding.path
