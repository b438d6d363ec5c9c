"""Manifests are computed once for each plan, and are the same when they come from the cache."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from roastery.components.argo.workflows.cached import cached_manifests
from roastery.components.argo.workflows.manifests import manifests
from roastery.components.argo.workflows.plan import WorkflowPlan


def test_cached_manifests_are_those_of_hera(plan: WorkflowPlan, tmp_path: Path) -> None:
    manifests_once, again = cached_manifests(plan, tmp_path), cached_manifests(plan, tmp_path)

    assert manifests_once == again == manifests(plan)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_manifests_of_another_plan_are_computed_again(plan: WorkflowPlan, tmp_path: Path) -> None:
    other = replace(plan, source=replace(plan.source, stack="dev"))

    assert cached_manifests(plan, tmp_path) != cached_manifests(other, tmp_path) == manifests(other)


def test_the_program_does_without_hera() -> None:
    code = "import sys, stacks.program; print('hera' in sys.modules, 'azure.ai.ml' in sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert process.stdout.split() == ["False", "False"]
