"""What a cluster contains: namespaces, Helm releases, service accounts, Argo's objects."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from roastery.graph.inventory import key
from roastery.graph.labels import clean, plural
from roastery.graph.model import DrawnCard
from roastery.graph.readers.context import Context
from roastery.graph.state import StateResource

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
_CLUSTER_WIDE = {
    "InstanceType": "Instance type",
    "ClusterWorkflowTemplate": "Cluster workflow template",
    "PriorityClass": "Priority class",
}


@dataclass(kw_only=True)
class ClusterContents:
    """Cards for the namespaces of a cluster and for its cluster-wide objects."""

    namespaces: list[DrawnCard] = field(default_factory=list[DrawnCard])
    cluster_wide: list[DrawnCard] = field(default_factory=list[DrawnCard])

    def add(self, namespace: str, card: DrawnCard) -> bool:
        """Adds a card to a namespace, which then comes last since the workspace's link ends there.

        Returns:
            False if the cluster has no such namespace.
        """
        for index, namespace_card in enumerate(self.namespaces):
            if namespace_card.name == namespace:
                del self.namespaces[index]
                self.namespaces.append(replace(namespace_card, inner=(card, *namespace_card.inner)))
                return True
        return False


def cluster_contents(context: Context, clusters: list[StateResource]) -> dict[str, ClusterContents]:
    """What each cluster contains, by its urn; the urn is empty for a cluster outside this state."""
    by_cluster: dict[str, list[StateResource]] = defaultdict(list)
    providers = {resource.urn: resource for resource in context.inventory.resources}
    for resource in context.inventory.resources:
        if resource.type.startswith("kubernetes:") and resource.custom and not resource.deleting:
            by_cluster[_cluster_of(resource, providers, clusters)].append(resource)
    return {urn: _contents(context, members) for urn, members in by_cluster.items()}


def _cluster_of(
    resource: StateResource, providers: dict[str, StateResource], clusters: list[StateResource]
) -> str:
    if len(clusters) == 1:
        return clusters[0].urn
    provider = providers.get(resource.provider.rsplit("::", 1)[0])
    dependencies = provider.dependencies if provider else ()
    return next((cluster.urn for cluster in clusters if cluster.urn in dependencies), "")


def _contents(context: Context, members: list[StateResource]) -> ClusterContents:
    ordered = sorted(members, key=lambda resource: resource.urn)
    namespaces: dict[str, StateResource | None] = {}
    by_namespace: dict[str, list[StateResource]] = defaultdict(list)
    contents = ClusterContents()
    for resource in ordered:
        kind = resource.type.rsplit(":", 1)[-1]
        namespace = resource.text("metadata", "namespace") or resource.text("namespace")
        if resource.type.endswith(_NAMESPACE):
            namespaces[resource.name] = resource
        elif kind in _CLUSTER_WIDE:
            card = context.card(_CLUSTER_WIDE[kind], resource)
            contents.cluster_wide.append(replace(card, group="", name=clean(resource.name)))
        elif resource.type.endswith((_RELEASE, _ACCOUNT)) or kind in _NOUNS:
            by_namespace[namespace or "default"].append(resource)
    for name in sorted({*namespaces, *by_namespace}):
        contents.namespaces.append(_namespace(context, name, namespaces.get(name), by_namespace[name]))
    return contents


def _namespace(
    context: Context, name: str, resource: StateResource | None, content: list[StateResource]
) -> DrawnCard:
    releases = [member for member in content if member.type.endswith(_RELEASE)]
    accounts = [member for member in content if member.type.endswith(_ACCOUNT)]
    counts = Counter(member.type.rsplit(":", 1)[-1] for member in content if member not in releases)
    counts.pop("ServiceAccount", None)
    labels = resource.get("metadata", "labels") if resource is not None else None
    enforced = labels.get(_RESTRICTION) if isinstance(labels, dict) else None
    facts = [f"{clean(enforced)} pods"] if enforced else []
    facts += [plural(number, *_NOUNS[kind]) for kind, number in sorted(counts.items())]
    facts += [plural(len(accounts), "service account")] if accounts else []
    own = [member for member in content if member not in releases]
    count = context.inventory.mark_drawn(*([resource] if resource is not None else []), *own)
    return DrawnCard(
        title="Namespace",
        name=clean(name),
        details=(" · ".join(facts),) if facts else (),
        marks=tuple(clean(account.name) for account in accounts),
        inner=tuple(_release(context, release) for release in releases),
        count=count,
    )


def _release(context: Context, release: StateResource) -> DrawnCard:
    chart = clean(release.text("chart").rstrip("/").rsplit("/", 1)[-1])
    title = " ".join(word.capitalize() for word in chart.split("-")) or "Helm release"
    card = context.card(title, release, details=(clean(f"Helm chart {release.text('version')}"),))
    return replace(card, group="", name="" if key(chart) == key(release.name) else clean(release.name))
