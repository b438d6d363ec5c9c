"""The manifests of a plan, made once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from roastery.cache import Cache
from roastery.components.argo.workflows.plan import Plan

Manifests = list[dict[str, Any]]


def kept(plan: Plan, folder: Path) -> Manifests:
    """What `manifests` makes of the plan, from `folder` if this code and this Hera have made it before."""
    here = sorted(Path(__file__).parent.glob("*.py"))
    return Cache(folder, ["hera", "pydantic"], here).get(asdict(plan), lambda: _made(plan))


def _made(plan: Plan) -> Manifests:
    from roastery.components.argo.workflows.manifests import manifests  # noqa: PLC0415 - Hera takes a second to import

    return manifests(plan)
