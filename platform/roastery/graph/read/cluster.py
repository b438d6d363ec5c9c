"""AKS: node pools, extensions, maintenance; which subnet its nodes are in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roastery.graph.labels import clean, plural, span, switched_on
from roastery.graph.ledger import key
from roastery.graph.model import Card, Cluster
from roastery.graph.read.context import Context, same
from roastery.graph.read.namespaces import Inside, inside
from roastery.graph.state import Resource

_CLUSTER = "azure-native:containerservice:ManagedCluster"
_POOL = "azure-native:containerservice:AgentPool"
_MAINTENANCE = "azure-native:containerservice:MaintenanceConfiguration"
_EXTENSION = "azure-native:kubernetesconfiguration:Extension"
_COMPUTE = "azure-native:machinelearningservices:Compute"


def clusters(context: Context) -> list[tuple[str, Cluster]]:
    """Every cluster with the key of the subnet of its nodes (empty: none is named)."""
    found = context.ledger.of(_CLUSTER)
    lives = inside(context, found)
    result = [_cluster(context, one, lives.get(one.urn, Inside())) for one in found]
    elsewhere = lives.get("")
    if elsewhere is not None:
        card = Card(title="Kubernetes", details=("a cluster that this stack does not declare",), count=0)
        inside_it = tuple(elsewhere.namespaces)
        result.append(("", Cluster(card=card, pools=tuple(elsewhere.everywhere), namespaces=inside_it)))
    return result


def _cluster(context: Context, one: Resource, lives: Inside) -> tuple[str, Cluster]:
    ledger = context.ledger
    upkeep = ledger.under(one.id, _MAINTENANCE)
    card = context.card("AKS", one, *upkeep, details=tuple(_facts(one, upkeep)), alarms=tuple(_alarms(one)))
    context.labels[card.id] = "AKS cluster"
    separate = ledger.under(one.id, _POOL)
    names = {found.name for found in separate}
    rows = [row for row in one.rows("agentPoolProfiles") if row.get("name") not in names]
    pools = [_pool(row, str(row.get("name")), Card(title="", count=0)) for row in rows]
    for found in separate:
        values = {**found.outputs, **found.inputs}
        pools.append(_pool(values, found.name, context.card("", found)))
    extensions = [
        context.card(
            "Extension", found, details=(clean(found.text("extensionType").removeprefix("Microsoft.")),)
        )
        for found in ledger.under(one.id, _EXTENSION)
    ]
    attached, workspace = _attached(context, one, lives)
    subnets = [row.get("vnetSubnetID") for row in one.rows("agentPoolProfiles")]
    subnet = next((str(name) for name in subnets if name), "")
    return key(subnet), Cluster(
        card=card,
        pools=(*pools, *extensions, *lives.everywhere),
        namespaces=(*lives.namespaces, *attached),
        compute_of=workspace,
    )


def _facts(one: Resource, upkeep: list[Resource]) -> list[str]:
    version, tier = one.text("kubernetesVersion"), one.text("sku", "tier")
    network = [one.text("networkProfile", name) for name in ("networkPluginMode", "networkDataplane")]
    facts = [
        f"Kubernetes {version}" if version else "",
        f"{tier} tier" if tier else "",
        "private API server"
        if switched_on(one.get("apiServerAccessProfile", "enablePrivateCluster"))
        else "",
        "no local accounts" if switched_on(one.get("disableLocalAccounts")) else "",
        "workload identity" if switched_on(one.get("securityProfile", "workloadIdentity", "enabled")) else "",
        " ".join(part for part in (one.text("networkProfile", "networkPlugin"), *network) if part),
        f"pods {pods}" if (pods := one.text("networkProfile", "podCidr")) else "",
        plural(len(upkeep), "maintenance window") if upkeep else "",
    ]
    addons = one.get("addonProfiles")
    shown = {"azurepolicy": "Azure Policy", "azureKeyvaultSecretsProvider": "Key Vault secrets driver"}
    for name, label in shown.items():
        on = addons.get(name) if isinstance(addons, dict) else None
        facts.append(label if isinstance(on, dict) and switched_on(on.get("enabled")) else "")
    return [" · ".join(clean(fact) for fact in facts if fact)]


def _alarms(one: Resource) -> list[str]:
    private = switched_on(one.get("apiServerAccessProfile", "enablePrivateCluster"))
    return [] if private else ["public API server"]


def _pool(values: Mapping[str, Any], name: str, card: Card) -> Card:
    scaled = switched_on(values.get("enableAutoScaling"))
    number = span(values.get("minCount"), values.get("maxCount")) if scaled else str(values.get("count", "?"))
    zones = values.get("availabilityZones")
    details = [f"{number} × {str(values.get('vmSize', '?')).removeprefix('Standard_')}"]  # noqa: RUF001 - a multiplication sign
    if isinstance(zones, list) and zones:
        details.append(f"zones {' '.join(map(str, zones))}")
    return Card(
        title=f"{clean(values.get('mode') or 'Node')} pool",
        name=clean(name),
        details=tuple(map(clean, details)),
        group=card.group,
        id=card.id,
        count=card.count,
    )


def _attached(context: Context, cluster: Resource, lives: Inside) -> tuple[list[Card], str]:
    """Puts the computes of Azure ML that use this cluster into their namespaces; those without one stay."""
    rest: list[Card] = []
    workspace = ""
    for one in context.ledger.of(_COMPUTE):
        if not same(one.get("properties", "resourceId"), cluster.id):
            continue
        namespace = one.text("properties", "properties", "namespace")
        workspace = key(one.id.rsplit("/", 2)[0])
        owner = clean(workspace.rsplit("/", 1)[-1])
        card = context.card("Compute", one, details=(f"attached to {owner}",))
        if not lives.put(namespace, card):
            rest.append(Card(title="Namespace", name=clean(namespace or "default"), inner=(card,), count=0))
    return rest, workspace
