"""What Azure Monitor refuses about activity log alert rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion

_CATEGORIES = frozenset(
    {
        *("Administrative", "ServiceHealth", "ResourceHealth", "Alert"),
        *("Autoscale", "Recommendation", "Security", "Policy"),
    }
)
# The properties of events that a condition can name (activity log alerts REST API; activity log schema).
_FIELDS = frozenset(
    {
        *("caller", "category", "claims", "correlationId", "description", "eventDataId"),
        *("eventName", "eventTimestamp", "id", "level", "operationId", "operationName"),
        *("resourceGroup", "resourceGroupName", "resourceId", "resourceProvider"),
        *("resourceProviderName", "resourceType", "status", "subStatus", "submissionTimestamp"),
        *("subscriptionId", "tenantId", "recommendationType", "recommendationCategory"),
        *("recommendationImpact"),
    }
)
_LEVELS = frozenset({"Verbose", "Informational", "Warning", "Error", "Critical"})
_SHORT_REGION = re.compile(r"[a-z]+\d?")
_REGION_NAME = "properties.impactedservices[*].impactedregions[*].regionname"


def conditions_are_complete(inputs: Values) -> Iterator[Problem]:
    """A condition names a category once; every field exists and is compared in one way."""
    conditions = walk.value(inputs, "condition.allOf")
    if not isinstance(conditions, list):
        return
    categories = [
        item for item in conditions if isinstance(item, dict) and str(item.get("field")).lower() == "category"
    ]
    nested = any(isinstance(item, dict) and item.get("anyOf") for item in conditions)
    if len(categories) != 1 and not (nested and not categories):
        state = "none" if not categories else len(categories)
        yield Problem(
            "condition.allOf", f"needs exactly one condition on the field 'category', but has {state}"
        )
    for path, leaf in walk.objects(inputs, "condition.allOf[]"):
        if leaf.get("anyOf") and (leaf.get("field") or leaf.get("equals")):
            yield Problem(path, "has anyOf and a field of its own: only one of them is allowed")
        elif not leaf.get("anyOf"):
            yield from _leaf(path, leaf)
    for path, leaf in walk.objects(inputs, "condition.allOf[].anyOf[]"):
        yield from _leaf(path, leaf)


def _leaf(path: str, leaf: Values) -> Iterator[Problem]:
    field, value = leaf.get("field"), leaf.get("equals")
    if field is None:
        yield Problem(f"{path}.field", "is required")
    if (value is None) == (leaf.get("containsAny") is None):
        yield Problem(path, "needs either equals or containsAny")
    if not isinstance(field, str):
        return
    known = {name.lower() for name in _FIELDS}
    if field.lower() not in known and not field.lower().startswith(
        ("properties.", "claims.", "authorization.")
    ):
        yield Problem(
            f"{path}.field", f"{field!r} is not a property of activity log events{suggestion(field, _FIELDS)}"
        )
    if field.lower() == _REGION_NAME:
        yield from _regions_have_display_names(leaf, path)
    if not isinstance(value, str):
        return
    listed = {"category": _CATEGORIES, "level": _LEVELS}.get(field.lower())
    if listed and value.lower() not in {name.lower() for name in listed}:
        yield Problem(
            f"{path}.equals",
            f"{value!r} is not one of {', '.join(sorted(listed))}{suggestion(value, listed)}",
        )


def _regions_have_display_names(leaf: Values, path: str) -> Iterator[Problem]:
    among = leaf.get("containsAny")
    names = {f"{path}.equals": leaf.get("equals")}
    names |= {
        f"{path}.containsAny[{index}]": name
        for index, name in enumerate(among if isinstance(among, list) else [])
    }
    for where, name in names.items():
        if isinstance(name, str) and _SHORT_REGION.fullmatch(name) and name != "global":
            yield Problem(
                where,
                f"{name!r} never matches: service health names regions by display name, such as "
                "'West Europe'",
                warning=True,
            )


def scopes_fit_category(inputs: Values) -> Iterator[Problem]:
    """There is a scope; events of service health are those of a whole subscription."""
    scopes = inputs.get("scopes")
    if scopes == []:
        yield Problem("scopes", "is empty: name a subscription, a resource group or a resource")
    health = any(
        str(item.get("field")).lower() == "category" and str(item.get("equals")).lower() == "servicehealth"
        for _, item in walk.objects(inputs, "condition.allOf[]")
    )
    for path, scope in walk.values(inputs, "scopes[]"):
        if not isinstance(scope, str):
            continue
        if not scope.startswith("/"):
            # The specification's own examples write subscriptions/<id> without the first slash.
            written = scope.lower().startswith("subscriptions/")
            message = f"{scope!r} is not the id of a subscription, a resource group or a resource"
            yield Problem(path, message, warning=written)
        elif (
            health
            and ids.looks_like_id(scope)
            and ids.parse(scope).kind != "Microsoft.Resources/subscriptions"
        ):
            yield Problem(
                path, f"{scope!r} is not a subscription, but events of service health belong to one"
            )
