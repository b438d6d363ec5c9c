"""What Azure refuses about policy assignments (REST specification; resource name rules, 2026-12-01)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_DEFINITION = re.compile(
    r"(/subscriptions/[^/]+|/providers/Microsoft\.Management/managementGroups/[^/]+)?"
    r"/providers/Microsoft\.Authorization/policy(Set)?Definitions/[^/]+",
    re.IGNORECASE,
)
_LONGEST_AT_GROUP = 24
_LONGEST_DISPLAY_NAME = 128


def definition_is_an_id(inputs: Values) -> Iterator[Problem]:
    definition = inputs.get("policyDefinitionId")
    if definition is None:
        yield Problem("policyDefinitionId", "is required", code="required")
    elif isinstance(definition, str) and not _DEFINITION.fullmatch(definition):
        yield Problem(
            "policyDefinitionId",
            f"{definition!r} is not the id of a policy or an initiative: "
            "/providers/Microsoft.Authorization/policyDefinitions/<name>",
        )


def names_are_short(inputs: Values) -> Iterator[Problem]:
    """24 characters at a management group, 64 elsewhere."""
    scope, name = inputs.get("scope"), inputs.get("policyAssignmentName")
    at_group = isinstance(scope, str) and "microsoft.management/managementgroups/" in scope.lower()
    if at_group and isinstance(name, str) and len(name) > _LONGEST_AT_GROUP:
        yield Problem(
            "policyAssignmentName",
            f"{name!r} has {len(name)} characters, but at most {_LONGEST_AT_GROUP} at a management group",
        )
    title = inputs.get("displayName")
    if isinstance(title, str) and len(title) > _LONGEST_DISPLAY_NAME:
        yield Problem("displayName", f"has {len(title)} characters, but at most {_LONGEST_DISPLAY_NAME}")


def exclusions_are_below(inputs: Values) -> Iterator[Problem]:
    scope = inputs.get("scope")
    for path, excluded in walk.values(inputs, "notScopes[]"):
        at_group = isinstance(scope, str) and "managementgroups" in scope.lower()
        if not isinstance(scope, str) or not isinstance(excluded, str) or at_group:
            continue
        own = scope if scope.startswith("/") else f"/{scope}"
        if not ids.below(excluded, own):
            yield Problem(path, f"{excluded!r} is not below the scope {scope}")
