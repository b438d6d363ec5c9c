"""Every case of the tree, judged in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox.arm.catalogue import Types
from azsandbox.cases import Case, judge, load_folder
from azsandbox.services import all_types

CASES = load_folder(Path(__file__).parent)


@pytest.fixture(scope="module")
def types() -> Types:
    return all_types()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_sandbox_does_what_the_real_service_does(case: Case, types: Types) -> None:
    outcome = judge(case, types)
    verdict = f"{outcome.verdict.value} {outcome.message} {outcome.missing(case)}"
    assert outcome.agrees(case), f"{case.expect.value} ({case.why}), but {verdict}"
