"""The services that private links reach: vault, registry, storage, workspace, monitor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from roastery.graph.labels import plural, switched_on
from roastery.graph.ledger import key
from roastery.graph.model import Card
from roastery.graph.read.context import Context, same
from roastery.graph.state import Resource

_VAULT = "azure-native:keyvault:Vault"
_REGISTRY = "azure-native:containerregistry:Registry"
_STORAGE = "azure-native:storage:StorageAccount"
_SCOPE = "azure-native:monitor:PrivateLinkScope"
_SCOPED = "azure-native:monitor:PrivateLinkScopedResource"
_LOGS = "azure-native:operationalinsights:Workspace"
_INSIGHTS = "azure-native:applicationinsights:Component"
_DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"
_WORKSPACE = "azure-native:machinelearningservices:Workspace"

# What is counted on its owner's card: type → (noun, nouns). An empty noun is part of the owner itself.
_CHILDREN: dict[str, tuple[str, str]] = {
    "keyvault:Secret": ("secret", ""),
    "keyvault:Key": ("key", ""),
    "containerregistry:CacheRule": ("cache rule", ""),
    "storage:BlobContainer": ("container", ""),
    "storage:FileShare": ("file share", ""),
    "storage:Queue": ("queue", ""),
    "storage:Table": ("table", ""),
    "storage:BlobServiceProperties": ("", ""),
    "storage:FileServiceProperties": ("", ""),
    "storage:QueueServiceProperties": ("", ""),
    "storage:TableServiceProperties": ("", ""),
    "storage:ManagementPolicy": ("lifecycle rule", ""),
    "operationalinsights:Table": ("table", ""),
    "operationalinsights:SavedSearch": ("saved search", "saved searches"),
    "machinelearningservices:WorkspaceConnection": ("connection", ""),
    "machinelearningservices:Connection": ("connection", ""),
    "machinelearningservices:Datastore": ("datastore", ""),
    "machinelearningservices:EnvironmentContainer": ("", ""),
    "machinelearningservices:EnvironmentVersion": ("environment", ""),
    "machinelearningservices:ComponentContainer": ("", ""),
    "machinelearningservices:ComponentVersion": ("component", ""),
    "machinelearningservices:DataContainer": ("", ""),
    "machinelearningservices:DataVersion": ("data asset", ""),
    "machinelearningservices:ModelContainer": ("", ""),
    "machinelearningservices:ModelVersion": ("model", ""),
    "machinelearningservices:OnlineEndpoint": ("endpoint", ""),
    "machinelearningservices:OnlineDeployment": ("deployment", ""),
    "machinelearningservices:BatchEndpoint": ("batch endpoint", ""),
    "machinelearningservices:BatchDeployment": ("batch deployment", ""),
    "machinelearningservices:Schedule": ("schedule", ""),
}


def services(context: Context) -> tuple[Card, ...]:
    """Every service, workspaces last: what they have attached lies below them."""
    readers: tuple[tuple[str, Callable[[Context, Resource], Card]], ...] = (
        (_VAULT, _vault),
        (_REGISTRY, _registry),
        (_STORAGE, _storage),
        (_SCOPE, _link_scope),
        (_LOGS, _logs),
        (_INSIGHTS, _insights),
        (_WORKSPACE, _workspace),
    )
    ledger = context.ledger
    return tuple(
        read(context, one) for token, read in readers for one in ledger.of(token) if ledger.free(one)
    )


def _service(context: Context, title: str, resource: Resource, facts: list[str], door: str) -> Card:
    folded = context.ledger.under(resource.id, *(f"azure-native:{name}" for name in _CHILDREN))
    children = Counter(_CHILDREN[one.type.removeprefix("azure-native:")] for one in folded)
    counted = [plural(number, *nouns) for nouns, number in sorted(children.items()) if nouns[0]]
    details = ["private only", *facts] if door == "Disabled" else facts
    return context.card(
        title,
        resource,
        *folded,
        details=_joined(details) + _joined(counted),
        alarms=() if door == "Disabled" else (f"public network access: {door or 'not set'}",),
    )


def _joined(parts: list[str]) -> tuple[str, ...]:
    return (" · ".join(part for part in parts if part),) if any(parts) else ()


def _vault(context: Context, one: Resource) -> Card:
    facts = [
        "RBAC" if switched_on(one.get("properties", "enableRbacAuthorization")) else "access policies",
        "purge protection" if switched_on(one.get("properties", "enablePurgeProtection")) else "",
    ]
    return _service(context, "Key Vault", one, facts, one.text("properties", "publicNetworkAccess"))


def _registry(context: Context, one: Resource) -> Card:
    facts = [
        one.text("sku", "name"),
        "zone-redundant" if switched_on(one.get("zoneRedundancy")) else "",
        "admin user on" if switched_on(one.get("adminUserEnabled")) else "",
    ]
    return _service(context, "Container registry", one, facts, one.text("publicNetworkAccess"))


def _storage(context: Context, one: Resource) -> Card:
    title = "Data lake" if switched_on(one.get("isHnsEnabled")) else "Storage account"
    keys = one.get("allowSharedKeyAccess")
    facts = [
        one.text("sku", "name").removeprefix("Standard_"),
        "no account keys" if keys is not None and not switched_on(keys) else "account keys on",
    ]
    return _service(context, title, one, facts, one.text("publicNetworkAccess"))


def _workspace(context: Context, one: Resource) -> Card:
    network = one.text("managedNetwork", "isolationMode")
    facts = ["own network" if network in {"", "Disabled"} else f"managed network: {network}"]
    return _service(context, "Azure ML workspace", one, facts, one.text("publicNetworkAccess"))


def _link_scope(context: Context, one: Resource) -> Card:
    links = context.ledger.under(one.id, _SCOPED)
    inner: list[Card] = []
    for link in links:
        found = context.ledger.by_id(link.text("linkedResourceId"))
        if found is not None and context.ledger.free(found):
            inner.append(_logs(context, found) if found.type == _LOGS else _insights(context, found))
    details = ("private link scope",)
    return context.card("Azure Monitor", one, *links, details=details, inner=tuple(inner))


def _logs(context: Context, one: Resource) -> Card:
    settings = [found for found in context.ledger.of(_DIAGNOSTICS) if same(found.get("workspaceId"), one.id)]
    folded = context.ledger.under(one.id, *(f"azure-native:{name}" for name in _CHILDREN))
    kept = one.text("retentionInDays")
    details = [f"{kept} days" if kept else "", f"logs of {len(settings)} services" if settings else ""]
    return context.card("Log Analytics", one, *folded, *settings, details=_joined(details))


def _insights(context: Context, one: Resource) -> Card:
    kept = context.ledger.by_id(one.text("workspaceResourceId"))
    details = (f"kept in {kept.name}",) if kept else ()
    return context.card("Application Insights", one, details=details)


def labels(context: Context, cards: tuple[Card, ...]) -> None:
    """Where two services of a kind exist, a scope is called by its name."""
    flat = [one for card in cards for one in (card, *card.inner)]
    kinds = Counter(one.title for one in flat)
    for one in flat:
        context.labels[key(one.id)] = one.name if kinds[one.title] > 1 else one.title
