"""The held-out set: what the sandbox did with it when it was last measured, it does today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azsandbox.cases import Expectation, judge, load_folder
from azsandbox.services import all_types

FOLDER = Path(__file__).parent
LATEST = {row["set"]: row for row in json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", sorted(LATEST))
def test_a_set_is_judged_as_well_as_when_it_was_measured(name: str) -> None:
    types = all_types()
    right = {True: 0, False: 0}
    wrong: list[str] = []
    for number, case in enumerate(load_folder(FOLDER / name), 1):
        if judge(case, types, number).agrees(case):
            right[case.expect is Expectation.REFUSED] += 1
        else:
            wrong.append(case.name)
    assert right[True] >= LATEST[name]["refused"][0], wrong
    assert right[False] >= LATEST[name]["accepted"][0], wrong
