"""What Azure Monitor refuses about diagnostic settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.references import region_of
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.facts import log_categories
from azsandbox.schema.validate import Problem, suggestion

# Types that support no diagnostic settings.
_WITHOUT_DIAGNOSTIC_SETTINGS = frozenset(
    {
        "microsoft.network/subnets",
        "microsoft.network/privateendpoints",
        "microsoft.network/privatednszones",
        "microsoft.managedidentity/userassignedidentities",
        "microsoft.resources/resourcegroups",
        "microsoft.insights/actiongroups",
        "microsoft.insights/privatelinkscopes",
    }
)
_DIAGNOSTIC_SETTING = "Microsoft.Insights/diagnosticSettings"
_MOST_SETTINGS = 5
_DESTINATIONS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")


def destination_is_set(inputs: Values) -> Iterator[Problem]:
    if all(inputs.get(name) is None for name in _DESTINATIONS):
        yield Problem("workspaceId", "or another destination is required")


def logs_or_metrics_are_set(inputs: Values) -> Iterator[Problem]:
    for path, log in walk.objects(inputs, "logs[]"):
        if bool(log.get("category")) == bool(log.get("categoryGroup")):
            yield Problem(path, "needs either category or categoryGroup")
    if not inputs.get("logs") and not inputs.get("metrics"):  # recorded on 2023-02-07: taken
        yield Problem("logs", "and metrics are empty: the setting sends nothing", warning=True)


def categories_are_distinct(inputs: Values) -> Iterator[Problem]:
    """Each category is set once, and none keeps its logs for days."""
    for kind in ("logs", "metrics"):
        first: dict[str, int] = {}
        settings = inputs.get(kind)
        for index, setting in enumerate(settings if isinstance(settings, list) else []):
            if not isinstance(setting, dict):
                continue
            name = setting.get("category") or setting.get("categoryGroup")
            if isinstance(name, str) and name in first:
                yield Problem(f"{kind}[{index}]", f"{name!r} is set already in {kind}[{first[name]}]")
            if isinstance(name, str):
                first.setdefault(name, index)
            policy = setting.get("retentionPolicy")
            if isinstance(policy, dict) and policy.get("enabled") is True and policy.get("days") != 0:
                yield Problem(
                    f"{kind}[{index}].retentionPolicy",
                    "diagnostic settings no longer keep logs for a number of days: use a lifecycle policy of "
                    "the storage account (diagnostic settings page)",
                )


def hub_has_a_rule(inputs: Values) -> Iterator[Problem]:
    """An event hub is reached by an authorization rule of its namespace."""
    rule = inputs.get("eventHubAuthorizationRuleId")
    if inputs.get("eventHubName") is not None and rule is None:
        yield Problem("eventHubAuthorizationRuleId", "is required with eventHubName")
    if isinstance(rule, str) and "/authorizationrules/" not in rule.lower():
        yield Problem(
            "eventHubAuthorizationRuleId",
            f"{rule!r} is not the id of an authorization rule of an Event Hubs namespace",
        )


def metric_categories_supported_by_target(request: Request) -> None:
    """Metrics are sent all together; storage has two kinds."""
    target = ids.parse(request.id).scope
    kind = ids.parse(target).kind.lower()
    storage = kind.startswith("microsoft.storage/")
    supported = {"Transaction", "Capacity", "AllMetrics"} if storage else {"AllMetrics"}
    if log_categories.supported(kind) is None and not storage:
        return
    metrics: Any = request.inputs.get("metrics")
    for metric in metrics if isinstance(metrics, list) else []:
        category = metric.get("category") if isinstance(metric, dict) else None
        if isinstance(category, str) and category not in supported:
            hint = suggestion(category, supported) or f"; it has {', '.join(sorted(supported))}"
            raise ArmError(
                400, "BadRequest", f"Metric category '{category}' is not supported by '{target}'{hint}."
            )


def destination_in_region(request: Request) -> None:
    """A storage account that gets logs is in the region of what sends them, and not that resource itself."""
    account = request.inputs.get("storageAccountId")
    target = ids.parse(request.id).scope
    if not isinstance(account, str):
        return
    own, other = region_of(request.subscription, target), region_of(request.subscription, account)
    if own not in (None, "global") and other is not None and own != other:
        raise ArmError(
            400,
            "BadRequest",
            f"The storage account '{account}' is in {other}, but '{target}' is in {own}: both have to be in "
            "the same region.",
        )


def log_categories_supported_by_target(request: Request) -> None:
    target = ids.parse(request.id).scope
    kind = ids.parse(target).kind.lower()
    if kind in _WITHOUT_DIAGNOSTIC_SETTINGS:
        raise ArmError(
            400,
            "ResourceTypeNotSupported",
            f"The resource type '{kind}' does not support diagnostic settings.",
        )
    supported = log_categories.supported(kind)
    if supported is None:
        return
    logs: Any = request.inputs.get("logs")
    for log in logs if isinstance(logs, list) else []:
        category = (log.get("categoryGroup") or log.get("category")) if isinstance(log, dict) else None
        if isinstance(category, str) and category not in supported:
            all_categories = ", ".join(sorted(supported)) or "no logs of its own"
            hint = suggestion(category, supported) or f"; it has {all_categories}"
            raise ArmError(400, "BadRequest", f"Category '{category}' is not supported by '{target}'{hint}.")


def _other_settings(request: Request) -> list[Resource]:
    """The other diagnostic settings of the same target."""
    target = ids.key(ids.parse(request.id).scope)
    return [
        setting
        for setting in request.subscription.of_kind(_DIAGNOSTIC_SETTING)
        if ids.key(ids.parse(setting.id).scope) == target and ids.key(setting.id) != ids.key(request.id)
    ]


def target_has_room_for_setting(request: Request) -> None:
    if len(_other_settings(request)) >= _MOST_SETTINGS:
        raise ArmError(409, "Conflict", f"A resource can have at most {_MOST_SETTINGS} diagnostic settings.")


def category_sent_to_destination_once(request: Request) -> None:
    for other in _other_settings(request):
        same_destination = any(
            request.inputs.get(name) and request.inputs.get(name) == other.inputs.get(name)
            for name in _DESTINATIONS
        )
        shared = _enabled_categories(request.inputs) & _enabled_categories(other.inputs)
        if same_destination and shared:
            raise ArmError(
                409,
                "Conflict",
                f"Data sink is already used in diagnostic setting '{other.name}' for category "
                f"'{min(shared)}'.",
            )


def _enabled_categories(inputs: Values) -> set[str]:
    settings = [setting for kind in ("logs", "metrics") for _, setting in walk.objects(inputs, f"{kind}[]")]
    return {
        str(setting.get("categoryGroup") or setting.get("category"))
        for setting in settings
        if setting.get("enabled")
    }
