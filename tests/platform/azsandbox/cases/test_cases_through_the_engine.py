"""The cases once more, through Pulumi's engine: one preview, one deployment, one change."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands
from azsandbox.cases import Case, Expectation, judge, load_folder
from azsandbox.cases.model import merged
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.services import all_types

FOLDER = Path(__file__).parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
Numbered = list[tuple[str, Case]]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "cases"
    shutil.copytree(FOLDER / "program", root, ignore=shutil.ignore_patterns("__pycache__"))
    settings = f"config:\n  cases:cases: {tmp_path}/cases.json\n  azure-native:location: westeurope\n"
    (root / "Pulumi.dev.yaml").write_text(settings)
    return Project(root=root)


def run(project: Project, operation: str, cases: Numbered, *, changed: bool = False) -> dict[str, str]:
    """Deploy all cases at once; the error messages by `number-id` of the resource."""
    content = [
        {"number": number, "at": case.at, "resources": list(_resources(case, changed=changed))}
        for number, case in cases
    ]
    (project.root.parent / "cases.json").write_text(json.dumps(content))
    extra = ["--continue-on-error"] if operation == "up" else []
    events: list[dict[str, Any]] = []
    commands.operate(project, operation, "dev", extra, quiet=True, events=events)
    errors: dict[str, str] = defaultdict(str)
    for event in events:
        diagnostic = event.get("diagnosticEvent") or {}
        if diagnostic.get("severity") == "error":
            errors[str(diagnostic.get("urn")).rpartition("::")[2]] += str(diagnostic.get("message"))
    return errors


def _resources(case: Case, *, changed: bool) -> Iterable[dict[str, Any]]:
    changes = {change.id: change for change in case.then} if changed else {}
    for resource in case.resources:
        change = changes.get(resource.id)
        if change and change.delete:
            continue
        inputs = merged(resource.inputs, change.inputs) if change else resource.inputs
        yield {"id": resource.id, "type": resource.type, "inputs": inputs}


@pytest.fixture(scope="module")
def cases() -> Numbered:
    """The cases that the judge gets right, by number; test_judge names the others."""
    types = all_types()
    return [
        (f"{number:04}", case)
        for number, case in enumerate(load_folder(FOLDER), 1)
        if judge(case, types).agrees(case)
    ]


@pytest.fixture(scope="module")
def previewed(cases: Numbered) -> Numbered:
    """The cases whose mistake a preview shows."""
    types = all_types()
    refused = [pair for pair in cases if pair[1].expect is Expectation.REFUSED and not pair[1].then]
    return [pair for pair in refused if judge(pair[1], types).preview]


def test_a_preview_shows_every_mistake_that_it_can(project: Project, previewed: Numbered) -> None:
    errors = run(project, "preview", previewed)
    assert [case.name for number, case in previewed if not _is_refused(case, number, errors)] == []


def test_a_deployment_has_the_verdicts_of_the_judge(
    project: Project, cases: Numbered, previewed: Numbered
) -> None:
    shown = {number for number, _ in previewed}
    deployed = [pair for pair in cases if pair[0] not in shown]
    changing = [pair for pair in deployed if pair[1].then]
    at_create = [pair for pair in deployed if pair[1].expect is Expectation.REFUSED and pair not in changing]
    fine = tuple(number for number, case in deployed if (number, case) not in at_create)
    errors = run(project, "up", deployed)
    assert [case.name for number, case in at_create if not _is_refused(case, number, errors)] == []
    assert {key: text for key, text in errors.items() if key.startswith(fine)} == {}
    errors = run(project, "up", changing, changed=True)
    for number, case in changing:
        assert _is_refused(case, number, errors) == (case.expect is Expectation.REFUSED), (
            case.name,
            dict(errors),
        )


def _is_refused(case: Case, number: str, errors: dict[str, str]) -> bool:
    """Whether the judged resource was refused, with the words that the case demands."""
    message = errors.get(f"{number}-{case.at}", "").lower()
    return bool(message) and all(text.lower() in message for text in case.says)
