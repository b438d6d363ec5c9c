"""The services behind private endpoints: vault, registry, storage, workspace, monitor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from roastery.graph.inventory import key
from roastery.graph.labels import is_enabled, plural
from roastery.graph.model import DrawnCard
from roastery.graph.readers.context import Context, same
from roastery.graph.state import StateResource

_VAULT = "azure-native:keyvault:Vault"
_REGISTRY = "azure-native:containerregistry:Registry"
_STORAGE = "azure-native:storage:StorageAccount"
_SCOPE = "azure-native:monitor:PrivateLinkScope"
_SCOPED = "azure-native:monitor:PrivateLinkScopedResource"
_LOGS = "azure-native:operationalinsights:Workspace"
_INSIGHTS = "azure-native:applicationinsights:Component"
_DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"
_WORKSPACE = "azure-native:machinelearningservices:Workspace"

# Child resources counted on their parent's card: type → (singular, plural); without a noun, not named there.
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


def read_services(context: Context) -> tuple[DrawnCard, ...]:
    """A card for every service; workspaces come last since their attached compute is drawn below them."""
    readers: tuple[tuple[str, Callable[[Context, StateResource], DrawnCard]], ...] = (
        (_VAULT, _vault),
        (_REGISTRY, _registry),
        (_STORAGE, _storage),
        (_SCOPE, _link_scope),
        (_LOGS, _logs),
        (_INSIGHTS, _insights),
        (_WORKSPACE, _workspace),
    )
    inventory = context.inventory
    return tuple(
        read(context, resource)
        for token, read in readers
        for resource in inventory.of(token)
        if inventory.is_undrawn(resource)
    )


def _service(
    context: Context, title: str, resource: StateResource, facts: list[str], public_access: str
) -> DrawnCard:
    folded = context.inventory.under(resource.id, *(f"azure-native:{name}" for name in _CHILDREN))
    children = Counter(_CHILDREN[child.type.removeprefix("azure-native:")] for child in folded)
    counted = [plural(number, *nouns) for nouns, number in sorted(children.items()) if nouns[0]]
    details = ["private only", *facts] if public_access == "Disabled" else facts
    return context.card(
        title,
        resource,
        *folded,
        details=_joined(details) + _joined(counted),
        alarms=()
        if public_access == "Disabled"
        else (f"public network access: {public_access or 'not set'}",),
    )


def _joined(parts: list[str]) -> tuple[str, ...]:
    return (" · ".join(part for part in parts if part),) if any(parts) else ()


def _vault(context: Context, vault: StateResource) -> DrawnCard:
    facts = [
        "RBAC" if is_enabled(vault.get("properties", "enableRbacAuthorization")) else "access policies",
        "purge protection" if is_enabled(vault.get("properties", "enablePurgeProtection")) else "",
    ]
    return _service(context, "Key Vault", vault, facts, vault.text("properties", "publicNetworkAccess"))


def _registry(context: Context, registry: StateResource) -> DrawnCard:
    facts = [
        registry.text("sku", "name"),
        "zone-redundant" if is_enabled(registry.get("zoneRedundancy")) else "",
        "admin user on" if is_enabled(registry.get("adminUserEnabled")) else "",
    ]
    return _service(context, "Container registry", registry, facts, registry.text("publicNetworkAccess"))


def _storage(context: Context, account: StateResource) -> DrawnCard:
    title = "Data lake" if is_enabled(account.get("isHnsEnabled")) else "Storage account"
    keys = account.get("allowSharedKeyAccess")
    facts = [
        account.text("sku", "name").removeprefix("Standard_"),
        "no account keys" if keys is not None and not is_enabled(keys) else "account keys on",
    ]
    return _service(context, title, account, facts, account.text("publicNetworkAccess"))


def _workspace(context: Context, workspace: StateResource) -> DrawnCard:
    network = workspace.text("managedNetwork", "isolationMode")
    facts = ["own network" if network in {"", "Disabled"} else f"managed network: {network}"]
    return _service(context, "Azure ML workspace", workspace, facts, workspace.text("publicNetworkAccess"))


def _link_scope(context: Context, scope: StateResource) -> DrawnCard:
    links = context.inventory.under(scope.id, _SCOPED)
    inner: list[DrawnCard] = []
    for link in links:
        linked = context.inventory.by_id(link.text("linkedResourceId"))
        if linked is not None and context.inventory.is_undrawn(linked):
            inner.append(_logs(context, linked) if linked.type == _LOGS else _insights(context, linked))
    details = ("private link scope",)
    return context.card("Azure Monitor", scope, *links, details=details, inner=tuple(inner))


def _logs(context: Context, workspace: StateResource) -> DrawnCard:
    settings = [
        setting
        for setting in context.inventory.of(_DIAGNOSTICS)
        if same(setting.get("workspaceId"), workspace.id)
    ]
    folded = context.inventory.under(workspace.id, *(f"azure-native:{name}" for name in _CHILDREN))
    retention = workspace.text("retentionInDays")
    details = [
        f"{retention} days" if retention else "",
        f"logs of {len(settings)} services" if settings else "",
    ]
    return context.card("Log Analytics", workspace, *folded, *settings, details=_joined(details))


def _insights(context: Context, component: StateResource) -> DrawnCard:
    workspace = context.inventory.by_id(component.text("workspaceResourceId"))
    details = (f"kept in {workspace.name}",) if workspace else ()
    return context.card("Application Insights", component, details=details)


def label_services(context: Context, cards: tuple[DrawnCard, ...]) -> None:
    """Labels a scope by its kind, or by its name where the state has several services of that kind."""
    flat = [service for card in cards for service in (card, *card.inner)]
    kinds = Counter(service.title for service in flat)
    for service in flat:
        context.labels[key(service.id)] = service.name if kinds[service.title] > 1 else service.title
