"""The pipelines: valid by their published schemas, without secrets, calling only commands that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol, cast

import pytest
import yaml
from typer.core import TyperGroup

from roastery.cli.main import build

ASSIGNED = re.compile(r"[A-Z_]+=\S*$")
# What a line may call besides make and roast.
OTHER_COMMANDS = {"az", "cat", "echo"}


class Pipelines(Protocol):
    texts: dict[str, str]
    parsed: dict[str, Any]

    def commands(self) -> list[tuple[str, str]]: ...


def errors_of(*arguments: str, root: Path) -> str:
    process = subprocess.run(
        arguments,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"HOME": "/nowhere"},
    )
    return "" if process.returncode == 0 else process.stdout + process.stderr


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def schema(name: str, *more: str) -> list[str]:
    return [tool("check-jsonschema"), "--builtin-schema", f"vendor.{name}", *more]


def test_both_systems_have_the_same_pipelines(pipelines: Pipelines) -> None:
    names = {"pull-request.yml", "deploy.yml", "retrain.yml", "images.yml"}

    assert {Path(file).name for file in pipelines.texts if file.startswith(".github/")} == names
    assert {Path(file).name for file in pipelines.texts if file.startswith(".azuredevops/")} >= names


def test_github_workflows_are_valid_and_the_security_linter_finds_nothing(
    pipelines: Pipelines, root: Path
) -> None:
    files = [file for file in pipelines.texts if file.startswith(".github/")]

    assert not errors_of(*schema("github-workflows"), *files, root=root)
    assert not errors_of(tool("zizmor"), "--offline", "--no-progress", ".github/workflows", root=root)


def test_azure_pipelines_are_valid(pipelines: Pipelines, root: Path) -> None:
    # A template with only variables is not a pipeline, and the schema covers only pipelines.
    files = [file for file in pipelines.texts if file.startswith(".azuredevops/") and "variables" not in file]
    # The schema's regular expressions are not ECMAScript's, which is the checker's default.
    options = ["--data-transform", "azure-pipelines", "--regex-variant", "python"]

    assert not errors_of(*schema("azure-pipelines", *options), *files, root=root)


def test_a_broken_pipeline_fails_its_schema(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(json.dumps({"on": "push", "jobs": {"a": {"runs-on": "x", "stepz": []}}}))

    assert "stepz" in errors_of(*schema("github-workflows"), str(broken), root=tmp_path)


def test_every_line_calls_make_or_roast_or_an_allowed_command(pipelines: Pipelines, root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    unknown: list[str] = []
    for file, line in pipelines.commands():
        word, *rest = line.split()
        if word == "make":
            unknown += [f"{file}: {target}" for target in rest if not known_to_make(target, makefile)]
        elif word.rpartition("/")[2] == "roast":
            unknown += [f"{file}: {word}" for word in unknown_to_roast(rest)]
        elif word == "python3":
            unknown += [] if (root / rest[0]).is_file() else [f"{file}: {rest[0]}"]
        elif word not in OTHER_COMMANDS:
            unknown.append(f"{file}: {line}")

    assert not unknown


def known_to_make(word: str, makefile: str) -> bool:
    if ASSIGNED.match(word):
        return f"$({word.partition('=')[0]})" in makefile
    return re.search(rf"^{re.escape(word)}:", makefile, re.MULTILINE) is not None


def unknown_to_roast(words: list[str]) -> list[str]:
    """The words that are neither a command nor an option of `roast`."""
    command: Any = build()
    rest = list(words)
    while isinstance(command, TyperGroup) and rest:
        name = rest.pop(0)
        listed: Any = command.commands.get(name)
        if listed is None or listed.hidden:  # the old name of a command is not for a pipeline
            return [name]
        command = command.get_command(cast(Any, None), name)
    options = {option for parameter in command.params for option in parameter.opts}
    return [word for word in rest if word.startswith("--") and word not in options]


def test_an_unknown_command_option_or_target_is_reported(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")

    assert unknown_to_roast(["polcy", "check"]) == ["polcy"]
    assert unknown_to_roast(["policy", "chek"]) == ["chek"]
    assert unknown_to_roast(["policy", "check", "--stack", "dev", "--sarf", "x"]) == ["--sarf"]
    assert not known_to_make("tset", makefile)
    assert not known_to_make("STACKS=prod", makefile)


def test_no_pipeline_contains_a_secret(pipelines: Pipelines) -> None:
    assert not [name for name, text in pipelines.texts.items() if "secrets." in text or "PASSWORD" in text]


def steps(job: dict[str, Any]) -> list[str]:
    return [text for step in job["steps"] if (text := step.get("script") or step.get("run"))]


def test_a_pull_request_is_checked_tested_and_scanned_each_in_a_job_of_its_own(pipelines: Pipelines) -> None:
    azure = {job["job"]: job for job in pipelines.parsed[".azuredevops/pull-request.yml"]["jobs"]}
    github = pipelines.parsed[".github/workflows/pull-request.yml"]["jobs"]
    for jobs in (azure, github):
        for job, command in (("check", "make check"), ("test", "make test"), ("security", "make security")):
            assert [
                name for name, job_settings in jobs.items() if steps(job_settings)[0].startswith(command)
            ] == [job]
            # No other job waits for it, and a failure fails the run.
            assert not {"needs", "dependsOn", "continue-on-error", "continueOnError"} & set(jobs[job])
            assert not any("continue" in key for step in jobs[job]["steps"] for key in step)


@pytest.mark.parametrize("file", [".azuredevops/pull-request.yml", ".github/workflows/pull-request.yml"])
def test_a_pull_request_pipeline_signs_in_to_no_cloud(pipelines: Pipelines, file: str) -> None:
    text = pipelines.texts[file]

    assert not [
        sign for sign in ("azure/login", "AzureCLI", "signed-in", "id-token", "vars.") if sign in text
    ]
    assert "pull_request_target" not in text


def test_actions_are_pinned_by_commit_with_their_version_beside(pipelines: Pipelines) -> None:
    used = [
        line.strip() for text in pipelines.texts.values() for line in text.splitlines() if "uses:" in line
    ]

    assert used
    pinned = re.compile(r"- uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$")
    assert not [line for line in used if not pinned.match(line)]


def test_every_github_job_has_a_timeout_and_permissions_of_its_own(pipelines: Pipelines) -> None:
    for name, content in pipelines.parsed.items():
        if not name.startswith(".github/"):
            continue
        assert content["permissions"] == {}, name
        assert content["concurrency"]["group"], name
        for job in content["jobs"].values():
            assert job["timeout-minutes"], name
            signs_in = any("azure/login" in step.get("uses", "") for step in job["steps"])
            assert signs_in == ("id-token" in job["permissions"]), name


def test_jobs_in_the_network_run_in_the_image_that_production_pins(pipelines: Pipelines, root: Path) -> None:
    stack = yaml.safe_load((root / "Pulumi.prod.yaml").read_text(encoding="utf-8"))["config"]
    variables = pipelines.parsed[".azuredevops/variables.yml"]["variables"]

    assert variables["runner"] == stack["roastery:images"]["runner"]
    assert variables["registry"] == stack["roastery:argo"]["image_registry"]
    assert variables["state"] == stack["roastery:workflows"]["state"]


def test_up_waits_for_the_preview_and_for_a_persons_approval(pipelines: Pipelines) -> None:
    github = pipelines.parsed[".github/workflows/deploy.yml"]["jobs"]["up"]
    preview, up = pipelines.parsed[".azuredevops/deploy.yml"]["stages"]

    assert (github["needs"], github["environment"]) == ("preview", "prod")
    assert up["dependsOn"] == preview["stage"]
    assert up["jobs"][0]["environment"] == "roastery-prod"
