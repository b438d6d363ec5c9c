"""The shell scripts of pods, run on a real repository with stubs for the commands of the cloud."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Flows = dict[str, dict[str, Any]]
GIT = shutil.which("git") or "git"
ROOT = Path(__file__).parents[5]
# What the webhook of workload identity puts into the pod, and what the runner image holds.
SIGNED_IN = {"AZURE_CLIENT_ID": "me", "AZURE_FEDERATED_TOKEN_FILE": "f", "ROASTERY_VENV": sys.prefix}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path, flows: Flows) -> Run:
    """Runs a template's script with `/tmp` and the secrets in a folder of the test."""
    commands = tmp_path / "bin"
    commands.mkdir()

    def execute(
        workflow: str, template: str, stubs: dict[str, str], **variables: str
    ) -> subprocess.CompletedProcess[str]:
        for name, script in stubs.items():
            (commands / name).write_text(f"#!/bin/sh\n{script}\n")
            (commands / name).chmod(0o755)
        spec = flows[f"WorkflowTemplate/{workflow}"]["spec"]
        (container_template,) = [
            candidate for candidate in spec["templates"] if candidate["name"] == template
        ]
        shell, script = container_template["container"]["args"]
        script = script.replace("/tmp/", f"{tmp_path}/").replace("/mnt/secrets", f"{tmp_path}/secrets")  # noqa: S108
        environment = {
            variable["name"]: variable["value"]
            for variable in container_template["container"]["env"]
            if "{{" not in variable.get("value", "{{")
        }
        environment |= {"HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": "/dev/null", **variables}
        environment["PATH"] = f"{commands}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", shell, script],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return execute


@pytest.fixture
def repository(tmp_path: Path) -> tuple[str, str]:
    """A repository with one commit: (address, commit)."""
    folder = tmp_path / "origin"

    def git(*words: str) -> str:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        return subprocess.run(
            [GIT, *who, *words], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    folder.mkdir()
    git("init", "--quiet")
    (folder / "Pulumi.yaml").write_text("name: it\n")
    shutil.copy(ROOT / "Makefile", folder)
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    return folder.as_uri(), git("rev-parse", "HEAD")


PULUMI = """
{ echo "$@"; echo "$PWD"; echo "$ARM_CLIENT_ID"; readlink .venv; echo "$PYTHONPATH"; } >>"$HOME/calls"
echo '{"changeSummary": {"create": 2, "same": 40, "update": 1}}'"""


def test_a_preview_is_of_the_revision_and_counts_its_changes(
    run: Run, repository: tuple[str, str], tmp_path: Path
) -> None:
    address, commit = repository
    process = run(
        "infra", "preview", {"pulumi": PULUMI},
        REPOSITORY=address, REVISION="main", **SIGNED_IN,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    assert (tmp_path / "commit").read_text().strip() == commit
    assert (tmp_path / "changes").read_text() == "3"
    checkout = tmp_path / "src"
    assert (tmp_path / "calls").read_text().splitlines() == [
        "preview --stack prod --json --non-interactive", str(checkout), "me",
        sys.prefix, f"{checkout}/platform:{checkout}",
    ]  # fmt: skip


def test_an_up_is_of_exactly_the_commit_that_was_previewed(
    run: Run, repository: tuple[str, str], tmp_path: Path
) -> None:
    address, commit = repository
    process = run(
        "infra", "up", {"pulumi": PULUMI},
        REPOSITORY=address, REVISION=commit, **SIGNED_IN,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0] == "up --stack prod --yes --skip-preview --non-interactive"
    assert calls[3] == sys.prefix


def test_an_image_without_packages_changes_nothing(
    run: Run, repository: tuple[str, str], tmp_path: Path
) -> None:
    process = run("infra", "up", {"pulumi": PULUMI}, REPOSITORY=repository[0], REVISION="main",
               **SIGNED_IN | {"ROASTERY_VENV": ""})  # fmt: skip
    assert process.returncode == 2
    assert "no packages here" in process.stderr
    assert not (tmp_path / "calls").exists()


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        ("--upload-pack=touch", "is not a commit, branch or tag"),
        ("", "is not a commit, branch or tag"),
        ("elsewhere", "revision 'elsewhere' does not exist"),
        ("$(touch here)", "does not exist"),
    ],
)
def test_a_wrong_revision_is_final_and_runs_nothing(
    run: Run, repository: tuple[str, str], tmp_path: Path, revision: str, words: str
) -> None:
    process = run("infra", "preview", {"pulumi": PULUMI}, REPOSITORY=repository[0], REVISION=revision)
    assert process.returncode == 2
    assert words in process.stderr
    assert not (tmp_path / "calls").exists()
    assert not (tmp_path / "here").exists()


def test_an_unreachable_repository_is_retried(run: Run, tmp_path: Path) -> None:
    process = run("infra", "preview", {"pulumi": PULUMI}, REPOSITORY=f"file://{tmp_path}/no", REVISION="main")
    assert process.returncode == 75


def test_a_preview_that_fails_fails_the_step(run: Run, repository: tuple[str, str]) -> None:
    process = run(
        "infra", "preview", {"pulumi": "exit 1"},
        REPOSITORY=repository[0], REVISION="main", **SIGNED_IN,
    )  # fmt: skip
    assert process.returncode == 2


def test_the_token_reaches_git_and_no_command_line(
    run: Run, repository: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "git-token").write_text("s3cret")
    git = """
echo "$@" >>"$HOME/words"
case "$2" in credential.helper=*) helper="${2#credential.helper=!}"; eval "$helper" >>"$HOME/answers" ;; esac
exit 1"""
    run("infra", "preview", {"git": git}, REPOSITORY=repository[0], REVISION="main")
    assert "password=s3cret" in (tmp_path / "answers").read_text()
    assert "s3cret" not in (tmp_path / "words").read_text()


@pytest.mark.parametrize(("code", "drift"), [(0, "false"), (10, "true")])
def test_drift_is_a_result_and_not_a_failure(run: Run, tmp_path: Path, code: int, drift: str) -> None:
    process = run("monitor", "check", {"roast": f"""echo '{{"model": "m:3"}}'; exit {code}"""})
    assert process.returncode == 0
    assert (tmp_path / "drift").read_text() == drift
    assert (tmp_path / "report.json").read_text() == '{"model": "m:3"}\n'


@pytest.mark.parametrize("code", [1, 75])
def test_any_other_code_of_the_monitor_stays_what_it_is(run: Run, tmp_path: Path, code: int) -> None:
    assert run("monitor", "check", {"roast": f"exit {code}"}).returncode == code
    assert not (tmp_path / "drift").exists()


def test_without_an_answer_nothing_is_approved(flows: Flows) -> None:
    """A suspension that runs out counts as a success: what it gives then must be a no."""
    spec = flows["WorkflowTemplate/infra"]["spec"]
    parts = {template["name"]: template for template in spec["templates"]}
    assert parts["approval"]["suspend"] == {"duration": "86400"}
    (answer,) = parts["approval"]["outputs"]["parameters"]
    assert answer["valueFrom"] == {"supplied": {}, "default": "NO"}
    tasks = {task["name"]: task for task in parts["infra"]["dag"]["tasks"]}
    assert tasks["up"]["when"] == "{{tasks.approval.outputs.parameters.approve}} == YES"
    assert tasks["declined"]["when"] == "{{tasks.approval.outputs.parameters.approve}} != YES"
    # The deadline of the whole must leave an `up` its time after the last moment of the approval.
    longest = 86400 + parts["preview"]["activeDeadlineSeconds"] + parts["up"]["activeDeadlineSeconds"]
    assert spec["activeDeadlineSeconds"] > longest
