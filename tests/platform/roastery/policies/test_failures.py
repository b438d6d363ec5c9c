"""A rule that raises: one finding that names it, and the other rules go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.policies import catalogue, evaluate
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack, Policy, Violation


class SurpriseError(Exception):
    """What no rule is expected to raise."""


def at_once(*arguments: Any) -> Iterator[Violation]:
    """Raises before it is a generator."""
    raise SurpriseError(f"{len(arguments)} arguments")


def after_one(*arguments: Any) -> Iterator[Violation]:
    del arguments
    yield Violation("a", "is wrong")
    raise RecursionError("too deep")


def divides(*arguments: Any) -> Iterator[Violation]:
    yield Violation("a", str(1 // (len(arguments) - 2)))


@pytest.fixture
def with_rule(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Policy]:
    def add(check: Any) -> Policy:
        policy = replace(catalogue.BY_ID["storage-shared-key"], id="team-rule", check=check)
        monkeypatch.setattr(evaluate, "POLICIES", (*catalogue.POLICIES, policy))
        return policy

    return add


@pytest.mark.parametrize("check", [at_once, after_one, divides])
def test_a_rule_that_raises_is_one_finding_that_names_it(
    with_rule: Callable[[Any], Policy], stack: Callable[..., DeclaredStack], check: Any
) -> None:
    with_rule(check)
    accounts = [
        DeclaredResource(urn=f"urn:pulumi:p::p::{t.STORAGE}::{n}", type=t.STORAGE, inputs={}) for n in "ab"
    ]
    report = evaluate.evaluate(stack(*accounts))
    raised = [finding for finding in report.findings if "the rule team-rule raised" in finding.message]
    assert len(raised) == 1
    assert "(on 2 resources)" in raised[0].message
    assert "test_failures.py:" in raised[0].message
    assert raised[0].blocks
    assert any(finding.policy.id == "storage-local-users" for finding in report.findings)


def test_the_command_ends_with_one_line_and_no_traceback(
    with_rule: Callable[[Any], Policy],
    state: dict[str, Any],
    tmp_path: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_rule(at_once)
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    with pytest.raises(SystemExit) as left:
        main(["policy", "check", "--state", str(file)])
    out, err = capsys.readouterr()
    assert left.value.code == 1
    assert out.count("team-rule") == 2  # the id of the policy, and the message
    assert "Traceback" not in out + err
