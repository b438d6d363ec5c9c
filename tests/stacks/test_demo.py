"""The whole way in the sandbox: platform, job, promotion, answer, report; and what is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.target import Sandbox
from roastery.jobs.reference import WorkspaceReference, target_outputs

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("demo")


class Shown(NamedTuple):
    """What the demo said, and its folder."""

    text: str
    out: Path


def roast(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("roast")), *arguments],
        cwd=project.root,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(project: Project) -> Shown:
    """The demo, run once in a project of its own."""
    (project.root / "ml").symlink_to(ROOT / "ml")  # as the image holds it, for the scoring script
    out = project.root / "out"
    process = roast(project, "stack", "demo", "--out", str(out))
    assert process.returncode == 0, process.stdout + process.stderr
    return Shown(process.stdout, out)


def test_the_demo_goes_from_nothing_to_an_answer_and_a_report(demo: Shown) -> None:
    lines = demo.text.splitlines()
    for step in ("import", "preprocess", "train", "evaluate", "register", "report"):
        assert f"{step}: Completed" in lines
    assert "monthly-demand:1 is in service, as blue" in lines
    answered = next(line for line in lines if line.startswith("answered: "))
    assert json.loads(answered.removeprefix("answered: "))["QuantitySold"] > 0
    page = (demo.out / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "experimental" not in demo.text


def test_what_runs_have_made_and_promotion_has_moved_is_nothing_that_pulumi_would_change(
    demo: Shown, run: Callable[..., Outcome]
) -> None:
    del demo
    assert run("up", "dev").changes.keys() == {"same"}


def test_no_secret_is_left_in_state_logs_or_outputs(demo: Shown, project: Project) -> None:
    password = (demo.out / "warehouse" / "password").read_text().strip()
    asked = roast(
        project,
        *("sandbox", "exec", "--api", "--", sys.executable, "-c", KEYS),
        *workspace_of(project),
    )
    assert asked.returncode == 0, asked.stderr
    keys = asked.stdout.split()
    assert len(password) > 20
    assert len(keys) >= 1
    secrets = [password, *keys, (project.sandbox / "passphrase").read_text().strip()]
    searched = 0
    for file in project.root.rglob("*"):
        if not file.is_file() or file.name in {"password", "passphrase"} or ".venv" in file.parts:
            continue
        content = file.read_bytes()
        searched += 1
        for secret in secrets:
            assert secret.encode() not in content, f"a secret stands in {file}"
    assert searched > 100


KEYS = """
import sys
from azure.ai.ml import MLClient
from azure.identity import DefaultAzureCredential
ml = MLClient(DefaultAzureCredential(), *sys.argv[1:4])
granted = ml.online_endpoints.get_keys(sys.argv[4])
print(*(value for value in vars(granted).values() if isinstance(value, str) and len(value) > 20))
"""


def workspace_of(project: Project) -> list[str]:
    """Subscription, group, workspace and endpoint of stack dev."""
    reference = WorkspaceReference.from_outputs(target_outputs(Sandbox(project.root), "dev"))
    return [
        str(reference.subscription),
        str(reference.group),
        str(reference.workspace),
        reference.require_endpoint(),
    ]


def test_a_retrain_goes_through_the_same_jobs_as_argo_asks_for_them(demo: Shown, project: Project) -> None:
    """Step by step with the outputs of one as the inputs of the next; the gate keeps the equal champion."""
    named = demo.out / "named"
    target = ("--target", "sandbox", "--stack", "dev", "--outputs-to", str(named))
    process = roast(project, "job", "submit", "preprocess", *target, "--input", "raw=azureml:sales-raw:1")
    assert process.returncode == 0, process.stderr
    handed = [
        part
        for name in ("features", "monthly", "quality")
        for part in ("--input", f"{name}={(named / name).read_text()}")
    ]
    process = roast(project, "job", "submit", "pipeline", "--from", "train", *target, *handed, "--json")
    assert process.returncode == 0, process.stderr
    lines = json.loads(process.stdout)
    assert (lines["state"], lines["model"]) == ("Completed", None)
    assert not (named / "model").exists()
    assert (named / "features").read_text() == "azureml:sales-features:2"
