"""The cases once more, through Pulumi's engine; a seventh of them, and all of them with `make cases`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from azsandbox.arm import conditions
from azsandbox.cases import Expectation, load_folder
from azsandbox.pulumi import toolchain
from tests.platform.azsandbox.cases.engine import Batch, JudgedCase, Operated, deploy, judge_all

BATCHES = 7
SELECTED = int(os.environ.get("CASES_BATCHES", "1"))
FEWEST = 5
SECRET = "4dabf18193072939515e22adb298388d"  # marks a secret in a state
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),  # five operations with a thousand resources
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.fixture(scope="module", params=range(SELECTED), ids=lambda number: f"batch-{number}")
def batch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    cases = load_folder(Path(__file__).parent)
    # Those of a batch share one subscription and one deployer, so that neither is of a case's own.
    alike = [case for case in cases if case.conditions == conditions.NONE and case.deployer is None]
    return deploy(judge_all(alike[request.param :: BATCHES]), tmp_path_factory.mktemp("batch"))


def test_a_preview_shows_every_mistake_that_it_can(batch: Batch) -> None:
    refused = [item for item in batch.cases if item.refused_in_preview and not item.case.then]
    assert len(refused) > FEWEST
    assert not_refused(refused, batch.preview) == []


def test_a_preview_refuses_nothing_that_is_right(batch: Batch) -> None:
    right = [item for item in batch.cases if not item.refused or item.case.then]
    assert len(right) > FEWEST
    assert errors(right, batch.preview) == {}


def test_a_deployment_refuses_what_arm_and_the_api_server_refuse(batch: Batch) -> None:
    refused = [item for item in batch.cases if item.refused_by_arm and not item.case.then]
    assert len(refused) > FEWEST
    assert not_refused(refused, batch.up) == []


def test_a_deployment_takes_what_is_right(batch: Batch) -> None:
    right = [item for item in batch.cases if not item.refused or item.case.then]
    assert errors(right, batch.up) == {}


def test_the_preview_of_a_second_deployment_shows_every_mistake_that_it_can(batch: Batch) -> None:
    """Changes, and mistakes that show once the ids of other resources are known."""
    refused = [
        item
        for item in batch.cases
        if item.refused and not item.refused_by_arm and (item.case.then or not item.refused_in_preview)
    ]
    assert len(refused) > FEWEST
    assert not_refused(refused, batch.second_preview) == []


def test_a_second_deployment_refuses_the_changes_that_arm_and_the_api_server_refuse(batch: Batch) -> None:
    refused = [item for item in batch.cases if item.refused_by_arm and item.case.then and not item.deletes]
    assert refused
    assert not_refused(refused, batch.second_up) == []


def test_a_deletion_has_the_verdict_of_the_judge(batch: Batch) -> None:
    deleting = [item for item in batch.cases if item.deletes]
    refused = [item for item in deleting if item.refused]
    assert deleting
    assert not_refused(refused, batch.deletions) == []
    remaining = [item for item in deleting if item.at in batch.outputs]
    assert remaining == refused


def test_a_second_deployment_takes_the_changes_that_are_right(batch: Batch) -> None:
    right = [item for item in batch.cases if not item.refused]
    assert errors(right, batch.second_up) == {}


def test_a_second_deployment_replaces_what_can_not_be_changed(batch: Batch) -> None:
    changed = [item for item in batch.cases if item.case.then and not item.refused and not item.deletes]
    steps = batch.second_up.steps
    replaced = {item.case.name for item in changed if any("replace" in step for step in steps[item.at])}
    assert replaced == {item.case.name for item in changed if item.case.expect is Expectation.REPLACED}


def test_a_second_deployment_changes_nothing_that_is_declared_as_before(batch: Batch) -> None:
    unchanged = [item for item in batch.cases if not item.refused and not item.case.then]
    names = tuple(f"{item.number}-" for item in unchanged)
    steps = {name: kinds for name, kinds in batch.second_up.steps.items() if name.startswith(names)}
    assert len(steps) > FEWEST
    assert {name: kinds for name, kinds in steps.items() if kinds != {"same"}} == {}


def test_the_state_has_the_outputs_that_the_service_answers(batch: Batch) -> None:
    giving = [item for item in batch.cases if item.case.gives]
    assert giving
    different = {item.case.name: lines for item in giving if (lines := differing_outputs(item, batch))}
    assert different == {}


def differing_outputs(item: JudgedCase, batch: Batch) -> list[str]:
    """The outputs that differ from those of the case; secrets are encrypted in a state."""
    outputs = {
        name: value
        for name, value in batch.outputs[item.at].items()
        if not (isinstance(value, dict) and SECRET in value)
    }
    return replace(item.result, outputs=outputs).missing(item.case)


def errors(cases: list[JudgedCase], operated: Operated) -> dict[str, str]:
    return {f"{item.case.name} {name}": text for item in cases for name, text in operated.of(item).items()}


def not_refused(cases: list[JudgedCase], operated: Operated) -> list[str]:
    """The cases whose judged resource was not refused, or without the words that the case demands."""
    return [
        f"{item.case.name}: {operated.of(item) or 'not refused'}"
        for item in cases
        if not operated.errors.get(item.at)
        or any(text.lower() not in operated.errors[item.at].lower() for text in item.case.says)
    ]
