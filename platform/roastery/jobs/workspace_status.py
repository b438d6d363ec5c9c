"""The state of a workspace at a glance: assets, jobs, endpoint, model in service, drift."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from roastery.jobs.client import WorkspaceClient
from roastery.jobs.drift_check import DRIFT
from roastery.jobs.endpoint import OUTCOME, provisioning_state, read_endpoint
from roastery.jobs.errors import JobsError, translate_errors
from roastery.jobs.job_progress import format_status

_JOBS = 5


@dataclass(frozen=True, kw_only=True)
class WorkspaceStatus:
    """What a workspace holds."""

    assets: dict[str, dict[str, str]]
    """Kind → name → newest version; empty where there is none yet."""
    jobs: list[dict[str, str]]
    endpoint: dict[str, Any] | None
    drift: str | None


def read_status(workspace: WorkspaceClient) -> WorkspaceStatus:
    """Reads all of it.

    Raises:
        JobsError: the workspace refuses to answer.
        TransientError: it does not answer.
    """
    ml = workspace.ml
    with translate_errors("the assets can't be listed"):
        assets = {
            "component": _newest_versions(ml.components),
            "data": _newest_versions(ml.data),
            "environment": _newest_versions(ml.environments),
            "model": _newest_versions(ml.models),
        }
    with translate_errors("the jobs can't be listed"):
        jobs = [
            {"job": job.name, "what": job.display_name or job.name, "state": format_status(job.status)}
            for job in islice(ml.jobs.list(), _JOBS)
        ]
    endpoint = _endpoint(workspace)
    deployments = (endpoint or {}).get("deployments", [])
    drift = next((deployment["drift"] for deployment in deployments if deployment["traffic"]), None)
    return WorkspaceStatus(assets=assets, jobs=jobs, endpoint=endpoint, drift=drift)


def _newest_versions(operations: Any) -> dict[str, str]:
    """Each name with its newest version: by the time of creation, since versions may be hashes."""
    newest: dict[str, str] = {}
    for container in operations.list():
        versions = list(operations.list(name=container.name))
        versions.sort(
            key=lambda version: (
                str(version.creation_context.created_at or "") if version.creation_context else ""
            )
        )
        newest[container.name] = str(versions[-1].version) if versions else ""
    return newest


def _endpoint(workspace: WorkspaceClient) -> dict[str, Any] | None:
    if not workspace.reference.endpoint:
        return None
    try:
        endpoint = read_endpoint(workspace)
    except JobsError as error:
        return {"name": workspace.reference.endpoint, "problem": error.message, "deployments": []}
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "deployments": [
            {
                "name": name,
                "traffic": endpoint.traffic.get(name, 0),
                "state": provisioning_state(deployment),
                "model": str(endpoint.model(workspace, name) or ""),
                "outcome": (deployment.tags or {}).get(OUTCOME, ""),
                "drift": (deployment.tags or {}).get(DRIFT),
            }
            for name, deployment in sorted(endpoint.deployments.items())
        ],
    }
