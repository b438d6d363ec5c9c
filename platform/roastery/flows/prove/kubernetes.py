"""Whether a service account, or a principal of Entra ID, may do what a flow needs of the API server.

Sources: kubernetes.io/docs/reference/access-authn-authz/rbac and, for principals of Entra ID,
learn.microsoft.com/azure/aks/manage-azure-rbac.
Aggregated roles are not put together: only rules that a role or a known chart lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from roastery.flows.facts.charts import ChartRoles, chart_name, chart_roles
from roastery.flows.inputs import flag, text
from roastery.flows.model import (
    NOT_NEEDED,
    Access,
    FlowVerdict,
    Judgement,
    KubernetesAccess,
    Pods,
    all_of,
    allowed,
    blocked,
)
from roastery.flows.prove.rights import GROUP, Rights, authorised
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import reveal

_ADMIN = ({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},)  # cluster-admin of every cluster
# Roles that every cluster has, whose rules are put together by aggregation.
_AGGREGATED = frozenset({"admin", "edit", "view"})
_VERBS = {"get": "read", "list": "read", "watch": "read", "delete": "delete", "deletecollection": "delete"}
Rule = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Rules that a subject has in one namespace, or in all where it is empty; None: nobody knows them."""

    uses: tuple[str, ...]
    namespace: str
    rules: Sequence[Rule] | None
    role: str

    def reaches(self, namespace: str) -> bool:
        return not self.namespace or self.namespace == namespace

    def allows(self, verb: str, resource: str, group: str) -> bool:
        return any(_allows(rule, verb, resource, group) for rule in self.rules or ())


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """Who asks: as a message calls it, its names in bindings by kind, and its service account if any."""

    name: str
    users: frozenset[str]
    groups: frozenset[str]
    account: tuple[str, str] = ("", "")


def permitted(
    topology: Topology, who: Pods | str, access: KubernetesAccess, rights: Rights | None = None
) -> Judgement:
    """Whether the service account of pods, or the identity with a key, may do what is needed.

    Args:
        topology: of the state.
        who: pods, or a key of an identity of Entra ID (or `group:<what>`).
        access: what is needed.
        rights: role assignments, for a cluster with Azure RBAC.
    """
    if isinstance(who, Pods):
        return _by_grants(topology, _account(who), access)
    principal = topology.principal(who)
    subject = _Subject(name=f"identity {who}", users=frozenset({principal} - {""}), groups=frozenset())
    in_cluster = _by_grants(topology, subject, access) if principal else NOT_NEEDED
    if in_cluster.verdict is FlowVerdict.OK:
        return in_cluster
    cluster = topology.resource("cluster")
    if cluster is None or cluster.declared is None:
        return Judgement(FlowVerdict.NOT_DECLARED, "the state has no cluster")
    if who.startswith(GROUP) and cluster.declared.get("aadProfile.adminGroupObjectIDs"):
        return allowed(cluster.declared.urn)
    if not flag(cluster.declared, "aadProfile.enableAzureRBAC"):
        return in_cluster if principal else blocked(f"identity {who} has no Kubernetes role")
    return _by_azure(topology, who, access, rights)


def grants(topology: Topology) -> Iterator[tuple[Mapping[str, Any], Grant]]:
    """Every subject of every binding of the state, with what it is granted."""
    roles = {
        (role.type, _namespace(role), text(role, "metadata.name")): role
        for role in topology.stack.of(t.K8S_ROLE, t.K8S_CLUSTER_ROLE)
    }
    for binding in topology.stack.of(t.K8S_BINDING, t.K8S_CLUSTER_BINDING):
        kind, name = text(binding, "roleRef.kind"), text(binding, "roleRef.name")
        namespace = _namespace(binding) if binding.type == t.K8S_BINDING else ""
        key = (t.K8S_ROLE, namespace, name) if kind == "Role" else (t.K8S_CLUSTER_ROLE, "", name)
        role = roles.get(key)
        for subject in binding.each("subjects"):
            yield (
                {"namespace": namespace, **subject.known},
                Grant(
                    uses=(binding.urn, *([role.urn] if role else [])),
                    namespace=namespace,
                    rules=_rules(role, name),
                    role=name,
                ),
            )


def _by_grants(topology: Topology, subject: _Subject, access: KubernetesAccess) -> Judgement:
    own = [*_bound(topology, subject), *_of_charts(topology, subject)]
    reaching = [grant for grant in own if grant.reaches(access.namespace)]
    judgements = [
        _judge(subject, reaching, verb, resource, access)
        for resource in access.resources
        for verb in access.verbs
    ]
    return all_of(judgements)


def _judge(
    subject: _Subject, own: Sequence[Grant], verb: str, resource: str, access: KubernetesAccess
) -> Judgement:
    granting = next((grant for grant in own if grant.allows(verb, resource, access.group)), None)
    if granting is not None:
        return allowed(*granting.uses)
    unknown = next((grant for grant in own if grant.rules is None), None)
    if unknown is not None:
        return Judgement(FlowVerdict.UNPROVEN, f"the rules of role {unknown.role} are not known")
    what = ".".join(filter(None, (resource, access.group)))
    where = f"namespace {access.namespace}" if access.namespace else "all namespaces"
    return blocked(
        f"{subject.name} may not {verb} {what} in {where}: no role that is bound to it has the rule"
    )


def _bound(topology: Topology, subject: _Subject) -> Iterator[Grant]:
    for bound, grant in grants(topology):
        name, kind = str(bound.get("name", "")), bound.get("kind")
        account = kind == "ServiceAccount" and (str(bound.get("namespace", "")), name) == subject.account
        if (
            account
            or (kind == "User" and name in subject.users)
            or (kind == "Group" and name in subject.groups)
        ):
            yield grant


def _of_charts(topology: Topology, subject: _Subject) -> Iterator[Grant]:
    """What a Helm release grants to the accounts that it binds."""
    namespace, name = subject.account
    for release in topology.stack.of(t.RELEASE):
        if not name or namespace != text(release, "namespace"):
            continue
        role = f"of {chart_name(text(release, 'chart'))} {text(release, 'version')}"
        known = _chart(release)
        prefix = text(release, "name")
        if known is None and name.startswith(f"{prefix}-"):
            yield Grant(uses=(release.urn,), namespace="", rules=None, role=role)
        for account in known.accounts if known else ():
            values = f"values.{account.values}"
            own = text(release, f"{values}.serviceAccount.name") or f"{prefix}-{account.suffix}"
            if own == name and text(release, f"{values}.rbac.create").lower() != "false":
                yield Grant(uses=(release.urn,), namespace="", rules=account.rules, role=role)


def _chart(release: DeclaredResource) -> ChartRoles | None:
    """What is known about the release's chart and version."""
    chart, version = chart_name(text(release, "chart")), text(release, "version")
    return next((known for known in chart_roles() if known.chart == chart and known.has(version)), None)


def _by_azure(topology: Topology, who: str, access: KubernetesAccess, rights: Rights | None) -> Judgement:
    """Verbs and resources as data actions, by roles on the cluster or one of its namespaces."""
    prefix = "/".join(filter(None, ("Microsoft.ContainerService/managedClusters", access.group)))
    actions = [
        f"{prefix}/{resource}/{_VERBS.get(verb, 'write')}"
        for resource in access.resources
        for verb in access.verbs
    ]
    scope = f"cluster/namespaces/{access.namespace}" if access.namespace else "cluster"
    needed = Access(identity=who, scope=scope, data_actions=tuple(dict.fromkeys(actions)))
    return authorised(topology, needed, rights)


def _account(pods: Pods) -> _Subject:
    user = f"system:serviceaccount:{pods.namespace}:{pods.account}"
    groups = {"system:serviceaccounts", f"system:serviceaccounts:{pods.namespace}", "system:authenticated"}
    return _Subject(
        name=f"service account {pods.namespace}/{pods.account}",
        users=frozenset({user}),
        groups=frozenset(groups),
        account=(pods.namespace, pods.account),
    )


def _rules(role: DeclaredResource | None, name: str) -> Sequence[Rule] | None:
    if role is not None:
        return [_known(rule.known) for rule in role.each("rules")]
    if name == "cluster-admin":
        return _ADMIN
    return None if name in _AGGREGATED or name.startswith("system:") else ()


def _known(rule: Mapping[str, Any]) -> Rule:
    return {key: reveal(value, "rules") for key, value in rule.items()}


def _allows(rule: Rule, verb: str, resource: str, group: str) -> bool:
    """A rule for single names allows nothing in general."""
    if rule.get("resourceNames"):
        return False
    resources: Sequence[str] = rule.get("resources") or ()
    part = resource.partition("/")[2]
    named = {"*", resource, *([f"*/{part}"] if part else [])} & set(resources)
    return bool(named) and _in(rule.get("verbs"), verb) and _in(rule.get("apiGroups"), group)


def _in(values: Any, value: str) -> bool:
    return isinstance(values, list) and ("*" in values or value in values)


def _namespace(resource: DeclaredResource) -> str:
    return text(resource, "metadata.namespace") if resource.type != t.K8S_CLUSTER_ROLE else ""
