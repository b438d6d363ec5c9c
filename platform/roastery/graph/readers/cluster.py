"""AKS: node pools, extensions, maintenance; which subnet its nodes are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roastery.graph.inventory import key
from roastery.graph.labels import clean, is_enabled, plural, span
from roastery.graph.model import DrawnCard, DrawnCluster
from roastery.graph.readers.context import Context, same
from roastery.graph.readers.namespaces import ClusterContents, cluster_contents
from roastery.graph.state import StateResource

_CLUSTER = "azure-native:containerservice:ManagedCluster"
_POOL = "azure-native:containerservice:AgentPool"
_MAINTENANCE = "azure-native:containerservice:MaintenanceConfiguration"
_EXTENSION = "azure-native:kubernetesconfiguration:Extension"
_COMPUTE = "azure-native:machinelearningservices:Compute"


def read_clusters(context: Context) -> list[tuple[str, DrawnCluster]]:
    """Every cluster with the key of its nodes' subnet; the key is empty where no subnet is named."""
    resources = context.inventory.of(_CLUSTER)
    contents = cluster_contents(context, resources)
    clusters = [
        _cluster(context, resource, contents.get(resource.urn, ClusterContents())) for resource in resources
    ]
    undeclared = contents.get("")
    if undeclared is not None:
        card = DrawnCard(title="Kubernetes", details=("a cluster that this stack does not declare",), count=0)
        pools, namespaces = tuple(undeclared.cluster_wide), tuple(undeclared.namespaces)
        clusters.append(("", DrawnCluster(card=card, pools=pools, namespaces=namespaces)))
    return clusters


def _cluster(context: Context, cluster: StateResource, contents: ClusterContents) -> tuple[str, DrawnCluster]:
    inventory = context.inventory
    upkeep = inventory.under(cluster.id, _MAINTENANCE)
    card = context.card(
        "AKS", cluster, *upkeep, details=tuple(_facts(cluster, upkeep)), alarms=tuple(_alarms(cluster))
    )
    context.labels[card.id] = "AKS cluster"
    separate = inventory.under(cluster.id, _POOL)
    names = {pool.name for pool in separate}
    rows = [row for row in cluster.rows("agentPoolProfiles") if row.get("name") not in names]
    pools = [_pool(row, str(row.get("name")), DrawnCard(title="", count=0)) for row in rows]
    for pool in separate:
        values = {**pool.outputs, **pool.inputs}
        pools.append(_pool(values, pool.name, context.card("", pool)))
    extensions = [
        context.card(
            "Extension",
            extension,
            details=(clean(extension.text("extensionType").removeprefix("Microsoft.")),),
        )
        for extension in inventory.under(cluster.id, _EXTENSION)
    ]
    attached, workspace = _attached(context, cluster, contents)
    subnets = [row.get("vnetSubnetID") for row in cluster.rows("agentPoolProfiles")]
    subnet = next((str(name) for name in subnets if name), "")
    return key(subnet), DrawnCluster(
        card=card,
        pools=(*pools, *extensions, *contents.cluster_wide),
        namespaces=(*contents.namespaces, *attached),
        workspace_id=workspace,
    )


def _facts(cluster: StateResource, upkeep: list[StateResource]) -> list[str]:
    version, tier = cluster.text("kubernetesVersion"), cluster.text("sku", "tier")
    network = [cluster.text("networkProfile", name) for name in ("networkPluginMode", "networkDataplane")]
    facts = [
        f"Kubernetes {version}" if version else "",
        f"{tier} tier" if tier else "",
        "private API server"
        if is_enabled(cluster.get("apiServerAccessProfile", "enablePrivateCluster"))
        else "",
        "no local accounts" if is_enabled(cluster.get("disableLocalAccounts")) else "",
        "workload identity"
        if is_enabled(cluster.get("securityProfile", "workloadIdentity", "enabled"))
        else "",
        " ".join(part for part in (cluster.text("networkProfile", "networkPlugin"), *network) if part),
        f"pods {pods}" if (pods := cluster.text("networkProfile", "podCidr")) else "",
        plural(len(upkeep), "maintenance window") if upkeep else "",
    ]
    addons = cluster.get("addonProfiles")
    shown = {"azurepolicy": "Azure Policy", "azureKeyvaultSecretsProvider": "Key Vault secrets driver"}
    for name, label in shown.items():
        addon = addons.get(name) if isinstance(addons, dict) else None
        facts.append(label if isinstance(addon, dict) and is_enabled(addon.get("enabled")) else "")
    return [" · ".join(clean(fact) for fact in facts if fact)]


def _alarms(cluster: StateResource) -> list[str]:
    private = is_enabled(cluster.get("apiServerAccessProfile", "enablePrivateCluster"))
    return [] if private else ["public API server"]


def _pool(values: Mapping[str, Any], name: str, card: DrawnCard) -> DrawnCard:
    scaled = is_enabled(values.get("enableAutoScaling"))
    number = span(values.get("minCount"), values.get("maxCount")) if scaled else str(values.get("count", "?"))
    zones = values.get("availabilityZones")
    details = [f"{number} × {str(values.get('vmSize', '?')).removeprefix('Standard_')}"]  # noqa: RUF001 - a multiplication sign
    if isinstance(zones, list) and zones:
        details.append(f"zones {' '.join(map(str, zones))}")
    return DrawnCard(
        title=f"{clean(values.get('mode') or 'Node')} pool",
        name=clean(name),
        details=tuple(map(clean, details)),
        group=card.group,
        id=card.id,
        count=card.count,
    )


def _attached(
    context: Context, cluster: StateResource, contents: ClusterContents
) -> tuple[list[DrawnCard], str]:
    """Adds the cluster's Azure ML computes to their namespaces.

    Returns:
        A card for each compute in a namespace that the state does not contain, and the key of the workspace.
    """
    cards: list[DrawnCard] = []
    workspace = ""
    for compute in context.inventory.of(_COMPUTE):
        if not same(compute.get("properties", "resourceId"), cluster.id):
            continue
        namespace = compute.text("properties", "properties", "namespace")
        workspace = key(compute.id.rsplit("/", 2)[0])
        owner = clean(workspace.rsplit("/", 1)[-1])
        card = context.card("Compute", compute, details=(f"attached to {owner}",))
        if not contents.add(namespace, card):
            cards.append(
                DrawnCard(title="Namespace", name=clean(namespace or "default"), inner=(card,), count=0)
            )
    return cards, workspace
