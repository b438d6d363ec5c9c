"""The manifests of a plan, cached: Hera takes a second to import."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from roastery.cache import Cache
from roastery.components.argo import manifest
from roastery.components.argo.manifest import Manifest
from roastery.components.argo.workflows.plan import WorkflowPlan


def cached_manifests(plan: WorkflowPlan, folder: Path) -> list[Manifest]:
    """The manifests of the plan, from `folder` if this code and this version of Hera computed them before."""
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path(manifest.__file__)]
    return Cache(folder, ["hera", "pydantic"], sources).get(asdict(plan), lambda: _manifests(plan))


def _manifests(plan: WorkflowPlan) -> list[Manifest]:
    from roastery.components.argo.workflows.manifests import manifests  # noqa: PLC0415 - it imports Hera

    return manifests(plan)
