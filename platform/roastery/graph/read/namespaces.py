"""What lives in a cluster: namespaces, Helm releases, service accounts, Argo's objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from roastery.graph.labels import clean, plural
from roastery.graph.ledger import key
from roastery.graph.model import Card
from roastery.graph.read.context import Context
from roastery.graph.state import Resource

_NAMESPACE = "core/v1:Namespace"
_RELEASE = "helm.sh/v3:Release"
_ACCOUNT = "core/v1:ServiceAccount"
_RESTRICTION = "pod-security.kubernetes.io/enforce"
_NOUNS: dict[str, tuple[str, str]] = {
    "NetworkPolicy": ("network policy", "network policies"),
    "ResourceQuota": ("quota", ""),
    "LimitRange": ("limit range", ""),
    "Role": ("role", ""),
    "RoleBinding": ("role binding", ""),
    "ConfigMap": ("config map", ""),
    "Secret": ("secret", ""),
    "SecretProviderClass": ("secret provider", ""),
    "Service": ("service", ""),
    "Deployment": ("deployment", ""),
    "PodDisruptionBudget": ("disruption budget", ""),
    "EventBus": ("event bus", "event buses"),
    "EventSource": ("event source", ""),
    "Sensor": ("sensor", ""),
    "WorkflowTemplate": ("workflow template", ""),
    "CronWorkflow": ("cron workflow", ""),
}
_EVERYWHERE = {
    "InstanceType": "Instance type",
    "ClusterWorkflowTemplate": "Cluster workflow template",
    "PriorityClass": "Priority class",
}


@dataclass(kw_only=True)
class Inside:
    """What one cluster holds."""

    namespaces: list[Card] = field(default_factory=list[Card])
    everywhere: list[Card] = field(default_factory=list[Card])

    def put(self, namespace: str, card: Card) -> bool:
        """Lays a card into a namespace, which then comes last: the workspace's link ends there."""
        for at, one in enumerate(self.namespaces):
            if one.name == namespace:
                del self.namespaces[at]
                self.namespaces.append(replace(one, inner=(card, *one.inner)))
                return True
        return False


def inside(context: Context, clusters: list[Resource]) -> dict[str, Inside]:
    """What each cluster holds, by the cluster's urn; the empty one is not declared here."""
    by_cluster: dict[str, list[Resource]] = defaultdict(list)
    providers = {one.urn: one for one in context.ledger.resources}
    for one in context.ledger.resources:
        if one.type.startswith("kubernetes:") and one.custom and not one.deleting:
            by_cluster[_cluster_of(one, providers, clusters)].append(one)
    return {urn: _inside(context, members) for urn, members in by_cluster.items()}


def _cluster_of(one: Resource, providers: dict[str, Resource], clusters: list[Resource]) -> str:
    if len(clusters) == 1:
        return clusters[0].urn
    provider = providers.get(one.provider.rsplit("::", 1)[0])
    used = provider.dependencies if provider else ()
    return next((found.urn for found in clusters if found.urn in used), "")


def _inside(context: Context, members: list[Resource]) -> Inside:
    ordered = sorted(members, key=lambda one: one.urn)
    spaces: dict[str, Resource | None] = {}
    content: dict[str, list[Resource]] = defaultdict(list)
    result = Inside()
    for one in ordered:
        kind = one.type.rsplit(":", 1)[-1]
        namespace = one.text("metadata", "namespace") or one.text("namespace")
        if one.type.endswith(_NAMESPACE):
            spaces[one.name] = one
        elif kind in _EVERYWHERE:
            card = context.card(_EVERYWHERE[kind], one)
            result.everywhere.append(replace(card, group="", name=clean(one.name)))
        elif one.type.endswith((_RELEASE, _ACCOUNT)) or kind in _NOUNS:
            content[namespace or "default"].append(one)
    for name in sorted({*spaces, *content}):
        result.namespaces.append(_namespace(context, name, spaces.get(name), content[name]))
    return result


def _namespace(context: Context, name: str, one: Resource | None, content: list[Resource]) -> Card:
    releases = [found for found in content if found.type.endswith(_RELEASE)]
    accounts = [found for found in content if found.type.endswith(_ACCOUNT)]
    counts = Counter(found.type.rsplit(":", 1)[-1] for found in content if found not in releases)
    counts.pop("ServiceAccount", None)
    labels = one.get("metadata", "labels") if one is not None else None
    enforced = labels.get(_RESTRICTION) if isinstance(labels, dict) else None
    facts = [f"{clean(enforced)} pods"] if enforced else []
    facts += [plural(number, *_NOUNS[kind]) for kind, number in sorted(counts.items())]
    facts += [plural(len(accounts), "service account")] if accounts else []
    own = [found for found in content if found not in releases]
    taken = context.ledger.take(*([one] if one is not None else []), *own)
    return Card(
        title="Namespace",
        name=clean(name),
        details=(" · ".join(facts),) if facts else (),
        marks=tuple(clean(found.name) for found in accounts),
        inner=tuple(_release(context, found) for found in releases),
        count=taken,
    )


def _release(context: Context, one: Resource) -> Card:
    chart = clean(one.text("chart").rstrip("/").rsplit("/", 1)[-1])
    title = " ".join(word.capitalize() for word in chart.split("-")) or "Helm release"
    card = context.card(title, one, details=(clean(f"Helm chart {one.text('version')}"),))
    return replace(card, group="", name="" if key(chart) == key(one.name) else clean(one.name))
