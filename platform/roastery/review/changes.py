"""What changes between two versions of a program: from the engine's own events and both states."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from roastery.flows import findings as flows
from roastery.policies import tokens as t
from roastery.policies.evaluate import PolicyReport
from roastery.policies.model import DeclaredResource, DeclaredStack, PolicyFinding
from roastery.policies.reports.rights import Right, bindings, rights, workloads
from roastery.policies.rules import namespaces, security_groups
from roastery.policies.values import UnprovenError

_COMPONENTS = "roastery:"
_NOT_COUNTED = ("pulumi:", _COMPONENTS)

# What is lost with a resource when it is replaced or deleted, by the last word of its type.
LOST = {
    "Vault": "its secrets; the name stays reserved for the soft-delete retention period",
    "StorageAccount": "every data set and model file in it",
    "BlobContainer": "everything in it",
    "Registry": "all images",
    "Workspace": "run history, models and endpoints (or, for Log Analytics, its logs)",
    "ManagedCluster": "every workload and disk in it; endpoints and jobs stop until it is back",
    "AgentPool": "its nodes; jobs on them are evicted",
    "VirtualNetwork": "everything attached to it has to be replaced too",
    "Compute": "jobs that run on it; endpoints on it",
    "OnlineEndpoint": "its address, keys and traffic; there are no forecasts meanwhile",
    "OnlineDeployment": "this blue or green deployment, until it is ready again",
    "UserAssignedIdentity": "its role assignments and federated credentials",
    "Component": "its telemetry",
    "PrivateEndpoint": "private access to its service, for minutes",
    "NatGateway": "outbound connections, for minutes",
    "PublicIPAddress": "the address, which may be in allow lists elsewhere",
}


@dataclass(frozen=True, order=True)
class ResourceChange:
    """One resource, what happens to it, and the properties that cause it.

    `operation` is create, update, replace, delete, or version: a replacement whose old resource is retained.
    """

    type: str
    name: str
    operation: str
    properties: tuple[str, ...] = ()
    protected: bool = False
    retained: bool = False  # it stays in Azure when the stack no longer declares it
    versions: tuple[str, str] = ("", "")  # before and after, where the resource has a version

    @property
    def lost(self) -> str:
        return LOST.get(self.type.rpartition(":")[2], "")


@dataclass(frozen=True, kw_only=True)
class StackReview:
    """Everything that a reviewer should know of one stack."""

    stack: str
    changes: Sequence[ResourceChange]
    unchanged: int
    flows_broken: Sequence[str] = ()
    flows_opened: Sequence[str] = ()
    rights_added: Sequence[Right] = ()
    rights_removed: Sequence[Right] = ()
    public_access_opened: Sequence[str] = ()
    public_access_closed: Sequence[str] = ()
    findings_new: Sequence[PolicyFinding] = ()
    findings_resolved: Sequence[PolicyFinding] = ()
    errors: Sequence[str] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    def of(self, operation: str) -> list[ResourceChange]:
        return [change for change in self.changes if change.operation == operation]


def planned_changes(
    events: Iterable[Mapping[str, Any]], protected: Collection[str] = (), retained: Collection[str] = ()
) -> tuple[list[ResourceChange], int]:
    """The changes that the engine planned, without Pulumi components, and the number of unchanged resources.

    Args:
        events: the engine's events of a preview.
        protected: URNs of the resources that the base declares with `protect`.
        retained: URNs of those that it declares with `retain_on_delete`.
    """
    by_urn: dict[str, ResourceChange] = {}
    unchanged = 0
    for event in events:
        meta = (event.get("resourcePreEvent") or {}).get("metadata")
        if not meta:
            continue
        operation, type_, urn = str(meta["op"]), str(meta["type"]), str(meta["urn"])
        if type_.startswith(_NOT_COUNTED):
            continue
        if operation == "same":
            unchanged += 1
        elif operation == "create-replacement" and urn in by_urn and not by_urn[urn].properties:
            # A resource that is replaced because its dependency is: only this event has the reason.
            by_urn[urn] = replace(by_urn[urn], properties=_properties(meta))
        elif operation in {"create", "update", "replace", "delete"}:
            by_urn[urn] = ResourceChange(
                type_,
                urn.rpartition("::")[2],
                "version" if operation == "replace" and urn in retained else operation,
                _properties(meta),
                urn in protected,
                urn in retained,
                (_version(meta, "old"), _version(meta, "new")),
            )
    return sorted(by_urn.values()), unchanged


def _properties(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths of the properties that differ; for a replacement, of those that force it."""
    detailed: Mapping[str, Any] = meta.get("detailedDiff") or {}
    forcing = [path for path, diff in detailed.items() if str(diff.get("diffKind", "")).endswith("replace")]
    plain = list(meta.get("keys") or []) or list(meta.get("diffs") or [])
    paths = (list(detailed) or plain) if meta["op"] in {"create", "update"} else (forcing or plain)
    return tuple(sorted(paths))


def _version(meta: Mapping[str, Any], side: str) -> str:
    version = _at(meta, f"{side}.inputs.version")
    return version if isinstance(version, str) else ""


def public_access(stack: DeclaredStack) -> set[str]:
    """What a stack exposes to the Internet, one line each."""
    lines: set[str] = set()
    for resource in stack.resources:
        with contextlib.suppress(UnprovenError):  # a policy on it is unproven too, and reports it
            lines.update(_public_access_of(resource))
    return lines


def _public_access_of(resource: DeclaredResource) -> Iterable[str]:
    kind = resource.type.rpartition(":")[2]
    label = f"{kind} `{resource.name}`"
    for path in ("publicNetworkAccess", "properties.publicNetworkAccess"):
        if _at(resource.inputs, path) == "Enabled":
            yield f"{label} allows public network access"
    if resource.type in (t.SECURITY_GROUP, t.SECURITY_RULE):
        rules = resource.each("securityRules") if resource.type == t.SECURITY_GROUP else [resource.properties]
        for rule in rules:
            if security_groups.open_to_the_internet(rule):
                ports = ", ".join(security_groups.ports_of(rule))
                nsg = f"NSG `{resource.name}`" if resource.type == t.SECURITY_GROUP else label
                name = rule.get("name", resource.name)
                yield f"{nsg} allows the Internet to connect to port {ports} ({name})"
    if resource.type == t.ADDRESS:
        yield f"public IP address `{resource.name}`"
    balanced = resource.type == t.SERVICE and resource.lower_text("spec.type") == "loadbalancer"
    if balanced and not namespaces.internal(resource):
        yield f"{label} has a load balancer with a public address"
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
    before: tuple[DeclaredStack, PolicyReport] | None,
    after: tuple[DeclaredStack, PolicyReport] | None,
    protected: Collection[str] = (),
    retained: Collection[str] = (),
    errors: Sequence[str] = (),
) -> StackReview:
    """The review of a stack; without `after`, it has only what the engine's events show."""
    changes, unchanged = planned_changes(events, protected, retained)
    notes = [] if before else ["The stack is new, so there is no earlier state to compare with."]
    if after is None:
        notes.append("Roles, public access and policies could not be compared: the deployment fails.")
        return StackReview(stack=stack, changes=changes, unchanged=unchanged, errors=errors, notes=notes)
    new_stack, new_report = after
    old_stack, old_report = before or (DeclaredStack([], new_stack.facts), None)
    rights_added, rights_removed = _difference(_all_rights(old_stack), _all_rights(new_stack))
    flows_broken, flows_opened = _flows(old_stack, new_stack) if before else ([], [])
    return StackReview(
        stack=stack,
        changes=changes,
        unchanged=unchanged,
        flows_broken=flows_broken,
        flows_opened=flows_opened,
        rights_added=rights_added,
        rights_removed=rights_removed,
        public_access_opened=sorted(public_access(new_stack) - public_access(old_stack)),
        public_access_closed=sorted(public_access(old_stack) - public_access(new_stack)),
        findings_new=_findings_only_in(new_report, old_report),
        findings_resolved=_findings_only_in(old_report, new_report) if old_report else (),
        errors=errors,
        notes=notes,
    )


def _flows(old: DeclaredStack, new: DeclaredStack) -> tuple[list[str], list[str]]:
    """The flows that a change breaks, each with the reason, and those that it makes work."""
    before, after = flows.broken_flows(old), flows.broken_flows(new)
    broken = [f"`{name}` is {reason}" for name, reason in after.items() if reason and not before.get(name)]
    # What the old table did not have counts as well: the change declares it.
    opened = [f"`{name}`" for name, reason in after.items() if not reason and before.get(name, "new")]
    return broken, opened


def _all_rights(stack: DeclaredStack) -> list[Right]:
    """Roles in Azure, roles in the cluster, and workloads that may sign in as an identity."""
    in_cluster = [
        Right(binding.who, binding.role, f"namespace {binding.namespace}", binding.rules)
        for binding in bindings(stack)
    ]
    federated = [
        Right(workload.subject, "sign-in", f"identity {workload.identity}", f"issuer {workload.issuer}")
        for workload in workloads(stack)
    ]
    return [*rights(stack), *in_cluster, *federated]


def _difference(old: Sequence[Right], new: Sequence[Right]) -> tuple[list[Right], list[Right]]:
    added, removed = Counter(new) - Counter(old), Counter(old) - Counter(new)
    return sorted(added), sorted(removed)


def _findings_only_in(report: PolicyReport, other: PolicyReport | None) -> list[PolicyFinding]:
    """Findings that only this report has; waived findings do not count, since somebody answers for them."""
    known = {_key(finding) for finding in other.findings} if other else set[tuple[str, str, str]]()
    return [
        finding
        for finding in report.findings
        if finding.proven
        and not finding.waiver
        and _key(finding) not in known
        # Those have a section of their own.
        and finding.policy.id != flows.BROKEN.id
    ]


def _key(finding: PolicyFinding) -> tuple[str, str, str]:
    return finding.policy.id, finding.urn, finding.path
