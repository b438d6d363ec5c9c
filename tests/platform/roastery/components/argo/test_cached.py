"""Manifests are made once for each plan, and are the same when they come from the cache."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from roastery.components.argo.workflows.cached import kept
from roastery.components.argo.workflows.manifests import manifests
from roastery.components.argo.workflows.plan import Plan


def test_kept_manifests_are_what_hera_makes(plan: Plan, tmp_path: Path) -> None:
    made, again = kept(plan, tmp_path), kept(plan, tmp_path)

    assert made == again == manifests(plan)
    assert len(list(tmp_path.iterdir())) == 1


def test_another_plan_is_made_anew(plan: Plan, tmp_path: Path) -> None:
    other = replace(plan, source=replace(plan.source, stack="dev"))

    assert kept(plan, tmp_path) != kept(other, tmp_path) == manifests(other)


def test_the_program_does_without_hera() -> None:
    code = "import sys, stacks.program; print('hera' in sys.modules, 'azure.ai.ml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
