"""Built-in roles with what they allow, from a daily copy of `az role definition list`."""

from __future__ import annotations

import json
from typing import Any

from azsandbox.facts.sources import Copy, Source

IAM_DATASET = Source("iann0036/iam-dataset", ("azure/built-in-roles-raw.json",))
SOURCES = (IAM_DATASET,)
KINDS = ("actions", "notActions", "dataActions", "notDataActions")


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """Actions, numbered by their order, and for each role's GUID its name and its permissions.

    Raises:
        FactsError: the source has another form.
    """
    copy = copies[IAM_DATASET.repository]
    path = IAM_DATASET.paths[0]
    try:
        roles: list[dict[str, Any]] = json.loads(copy.text(path))
        actions = sorted(
            {
                action
                for role in roles
                for part in role["permissions"]
                for kind in KINDS
                for action in part[kind]
            }
        )
        numbers = {action: number for number, action in enumerate(actions)}
        by_guid = {
            role["name"].lower(): [
                role["roleName"],
                *([[numbers[a] for a in part[kind]] for kind in KINDS] for part in role["permissions"]),
            ]
            for role in roles
        }
    except (ValueError, KeyError, TypeError):
        raise copy.failure(path, "list of role definitions") from None
    return {"actions": actions, "roles": by_guid}
