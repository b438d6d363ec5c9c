"""Everything at a glance: assets, jobs, endpoint, model in service, drift."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from roastery.jobs import endpoint as endpoints
from roastery.jobs.client import Workspace
from roastery.jobs.endpoint import OUTCOME
from roastery.jobs.errors import JobsError, explained
from roastery.jobs.follow import said
from roastery.jobs.monitor import DRIFT

_JOBS = 5


@dataclass(frozen=True, kw_only=True)
class Status:
    """What a workspace holds."""

    assets: dict[str, dict[str, str]]
    """Kind → name → newest version; empty where there is none yet."""
    jobs: list[dict[str, str]]
    endpoint: dict[str, Any] | None
    drift: str | None


def status(workspace: Workspace) -> Status:
    """Asks for all of it.

    Raises:
        JobsError: the workspace refuses us.
        TransientError: it does not answer.
    """
    ml = workspace.ml
    with explained("the assets can't be listed"):
        assets = {
            "component": _newest(ml.components),
            "data": _newest(ml.data),
            "environment": _newest(ml.environments),
            "model": _newest(ml.models),
        }
    with explained("the jobs can't be listed"):
        jobs = [
            {"job": one.name, "what": one.display_name or one.name, "state": said(one.status)}
            for one in islice(ml.jobs.list(), _JOBS)
        ]
    found = _endpoint(workspace)
    drift = next((one["drift"] for one in (found or {}).get("deployments", []) if one["traffic"]), None)
    return Status(assets=assets, jobs=jobs, endpoint=found, drift=drift)


def _newest(operations: Any) -> dict[str, str]:
    """Each name with its newest version: what was made last, since versions may be hashes."""
    found: dict[str, str] = {}
    for container in operations.list():
        versions = list(operations.list(name=container.name))
        versions.sort(
            key=lambda one: str(one.creation_context.created_at or "") if one.creation_context else ""
        )
        found[container.name] = str(versions[-1].version) if versions else ""
    return found


def _endpoint(workspace: Workspace) -> dict[str, Any] | None:
    if not workspace.reference.endpoint:
        return None
    try:
        at = endpoints.read(workspace)
    except JobsError as error:
        return {"name": workspace.reference.endpoint, "problem": error.message, "deployments": []}
    return {
        "name": at.name,
        "url": at.url,
        "deployments": [
            {
                "name": name,
                "traffic": at.traffic.get(name, 0),
                "state": endpoints.state(one),
                "model": str(at.model(workspace, name) or ""),
                "outcome": (one.tags or {}).get(OUTCOME, ""),
                "drift": (one.tags or {}).get(DRIFT),
            }
            for name, one in sorted(at.deployments.items())
        ],
    }
