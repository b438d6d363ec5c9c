"""Files of cases: what the format means, and what a mistake in a file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox.arm.catalogue import Types
from azsandbox.cases import Expectation, judge, load
from azsandbox.cases.proof import prove
from azsandbox.errors import SandboxError
from azsandbox.services import all_types

BASE = """
base:
  rg:
    type: resources:ResourceGroup
    inputs: {resourceGroupName: "rg-${n}", location: westeurope, tags: {a: x, b: y}}
cases:
"""
CASE = """
  - case: group
    claim: "resources:ResourceGroup: name"
    expect: accepted
    why: it is right
    source: https://learn.microsoft.com
    date: 2026-12-01
    resources: [{id: group, like: rg, inputs: {tags: {b: null, c: z}}}]
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "cases.yaml"
    file.write_text(BASE + text)
    return file


def test_like_merges_objects_and_null_removes(tmp_path: Path) -> None:
    (case,) = load(write(tmp_path, CASE))
    assert case.resources[-1].inputs["tags"] == {"a": "x", "c": "z"}
    assert case.at == "group"
    assert case.date == "2026-12-01"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("expect: accepted", "expect: taken", "expect is 'taken', but must be one of accepted"),
        ("    why: it is right\n", "", "'why' is missing"),
        ("why:", "wy: x\n    why:", "unknown key 'wy'"),
        ("like: rg", "like: nothing", "'nothing', which group is like, is not in `base`"),
        ("like: rg", "type: Group", "group has no type such as network:Subnet"),
        ("resources:", "needs: [vnet]\n    resources:", "'vnet' is not in `base`"),
        ("resources: [{id: group,", "needs: [rg]\n    resources: [{id: rg,", "declares 'rg' twice"),
        ("  - case:", "  - [", "can't be read"),
    ],
)
def test_a_mistake_in_a_file_is_one_line(tmp_path: Path, before: str, after: str, words: str) -> None:
    with pytest.raises(SandboxError) as caught:
        load(write(tmp_path, CASE.replace(before, after)))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def types() -> Types:
    return all_types()


def test_a_change_is_refused_by_the_second_deployment_and_not_by_the_first(
    tmp_path: Path, types: Types
) -> None:
    change = "    then: [{id: group, inputs: {resourceGroupName: other.}}]\n"
    refused = CASE.replace("accepted", "refused") + change
    (case,) = load(write(tmp_path, refused))
    assert judge(case, types).agrees(case)
    (wrong,) = load(write(tmp_path, refused.replace("inputs: {tags", "inputs: {location: nowhere, tags")))
    assert judge(wrong, types).verdict is Expectation.REFUSED
    assert not judge(wrong, types).agrees(wrong)


def test_a_claim_is_proven_by_a_pair_of_cases(tmp_path: Path, types: Types) -> None:
    proofs = prove(load(write(tmp_path, CASE)), types)
    assert "resources:ResourceGroup: name" in proofs.proven  # the refused half follows from the valid one
    assert proofs.failed == ()


def test_a_claim_with_a_case_that_fails_is_not_proven(tmp_path: Path, types: Types) -> None:
    wrong = CASE.replace("case: group", "case: wrong").replace("expect: accepted", "expect: refused")
    proofs = prove(load(write(tmp_path, CASE + wrong)), types)
    assert "resources:ResourceGroup: name" not in proofs.proven
    assert proofs.failed == ("wrong",)
