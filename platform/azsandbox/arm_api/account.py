"""What ARM itself answers about an account: tenants, subscriptions and lists of resources."""

from __future__ import annotations

import re

from azsandbox.arm import ids
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION, DEFAULT_TENANT
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "sku", "identity", "managedBy")
_FILTER = re.compile(r"(resourceType|resourceGroup|name|location) eq '([^']*)'", re.IGNORECASE)
_NAMES = {"resourcetype": "type", "resourcegroup": "group"}


class Account:
    """The tenant, its subscriptions, and what is in them."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def tenants(self, _: Call) -> Answer:
        tenant = {"id": f"/tenants/{DEFAULT_TENANT}", "tenantId": DEFAULT_TENANT, "displayName": "sandbox"}
        return Answer(
            200, {"value": [{**tenant, "tenantCategory": "Home", "defaultDomain": "azure.sandbox"}]}
        )

    def subscriptions(self, _: Call) -> Answer:
        """Every subscription that has resources, and the one that a client has by default."""
        used = {
            ids.subscription_of(resource.id).rpartition("/")[2].lower()
            for resource in self._resources.subscription.all()
        }
        known = sorted((used | {DEFAULT_SUBSCRIPTION}) - {""})
        return Answer(200, {"value": [_subscription(identifier) for identifier in known]})

    def subscription(self, call: Call) -> Answer:
        return Answer(200, _subscription(call.path_parameters["subscription"]))

    def resources(self, call: Call) -> Answer:
        """The resources of a subscription or of a group, with the filters that `az` sends."""
        scope = call.path.rstrip("/").rpartition("/")[0]
        filters: list[tuple[str, str]] = _FILTER.findall(call.query.get("$filter", ""))
        wanted = {_NAMES.get(name.lower(), name.lower()): text.lower() for name, text in filters}
        shown: list[Values] = []
        for resource in self._resources.subscription.all():
            top = ids.parent_of(resource.id) is None and "/providers/" in resource.id
            if (
                not top
                or not ids.below(resource.id, scope)
                or ids.parse(resource.id).scope.count("/providers/")
            ):
                continue
            body = self._resources.show(resource)
            group = ids.group_of(resource.id) or ""
            values = {**body, "group": group.rpartition("/")[2]}
            if all(str(values.get(name, "")).lower() == text for name, text in wanted.items()):
                shown.append({name: body[name] for name in _SHOWN if name in body})
        return Answer(200, {"value": shown})


def _subscription(identifier: str) -> Values:
    return {
        "id": f"/subscriptions/{identifier}",
        "subscriptionId": identifier,
        "tenantId": DEFAULT_TENANT,
        "displayName": "sandbox",
        "state": "Enabled",
        "subscriptionPolicies": {"quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
    }
