"""A slice of the cases once more, through Pulumi's engine: one preview and one deployment of all of them.

`make cases` runs all of them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands
from azsandbox.arm import conditions
from azsandbox.cases import Case, CaseResult, Expectation, judge, load_folder
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.services import all_types

FOLDER = Path(__file__).parent
SLICE = int(os.environ.get("CASES_SLICE", "7"))  # every so many-th case
FEWEST = 10
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


def run(project: Project, operation: str, cases: Numbered) -> dict[str, str]:
    """Deploy all cases at once; the error messages by `number-id` of the resource."""
    content = [
        {"number": number, "at": case.at, "resources": list(_resources(case))} for number, case in cases
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


def _resources(case: Case) -> Iterable[dict[str, Any]]:
    for resource in case.resources:
        yield {"id": resource.id, "type": resource.type, "inputs": resource.inputs}


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, Case, CaseResult]]:
    """A fixed slice of the cases without a second deployment, with the judge's result."""
    types = all_types()
    # All of them share one subscription here, so that it has no conditions.
    alike = [case for case in load_folder(FOLDER) if not case.then and case.conditions == conditions.NONE]
    cases = alike[::SLICE]
    return [(f"{number:04}", case, judge(case, types)) for number, case in enumerate(cases, 1)]


def test_a_preview_shows_every_mistake_that_it_can(
    project: Project, judged: list[tuple[str, Case, CaseResult]]
) -> None:
    refused = [(number, case) for number, case, result in judged if result.agrees(case) and result.preview]
    errors = run(project, "preview", refused)
    assert len(refused) > FEWEST
    assert [case.name for number, case in refused if not _is_refused(case, number, errors)] == []


def test_a_deployment_has_the_verdicts_of_the_judge(
    project: Project, judged: list[tuple[str, Case, CaseResult]]
) -> None:
    """Left out is what Check refuses only when values are known: it ends the whole deployment."""
    right = [(number, case, result) for number, case, result in judged if result.agrees(case)]
    refused = [(number, case) for number, case, result in right if result.message.startswith("Status=")]
    taken = [(number, case) for number, case, _ in right if case.expect is not Expectation.REFUSED]
    errors = run(project, "up", [*taken, *refused])
    assert min(len(refused), len(taken)) > FEWEST
    assert [case.name for number, case in refused if not _is_refused(case, number, errors)] == []
    numbers = tuple(number for number, _ in taken)
    assert {key: text for key, text in errors.items() if key.startswith(numbers)} == {}


def _is_refused(case: Case, number: str, errors: dict[str, str]) -> bool:
    """Whether the judged resource was refused, with the words that the case demands."""
    message = errors.get(f"{number}-{case.at}", "").lower()
    return bool(message) and all(text.lower() in message for text in case.says)
