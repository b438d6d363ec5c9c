"""What a pull request's comment says of flows: those that the change breaks come first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.flows.topology import Topology
from roastery.policies.evaluate import PolicyReport
from roastery.policies.model import DeclaredStack
from roastery.review.changes import StackReview, compare
from roastery.review.format import format_comment, json_object


def closed(listed: dict[str, dict[str, Any]]) -> None:
    """The jump box reaches nothing inside any more."""
    group = listed["nsg-jump-box"]["inputs"]
    group["securityRules"] = [rule for rule in group["securityRules"] if rule["name"] != "OutInside"]


def review(before: DeclaredStack, after: DeclaredStack) -> StackReview:
    sides = [
        (stack, PolicyReport(facts=stack.facts, findings=[], resources=0, policies=0, by_urn={}))
        for stack in (before, after)
    ]
    return compare("prod", [], before=sides[0], after=sides[1])


def test_a_flow_that_a_change_breaks_comes_first_with_the_missing_rule(
    topology: Callable[..., Topology],
) -> None:
    broken = review(topology().stack, topology(closed).stack)
    comment = format_comment([broken], "main")

    assert any(
        line.startswith("`jump-box-vault` is not reachable: nsg-jump-box") for line in broken.flows_broken
    )
    assert comment.splitlines()[2].startswith("**Flows that the change breaks**")
    assert json_object(broken)["flows_broken"] == list(broken.flows_broken)
    assert broken.flows_opened == []


def test_a_flow_that_a_change_opens_is_named(topology: Callable[..., Topology]) -> None:
    opened = review(topology(closed).stack, topology().stack)

    assert "`jump-box-vault`" in opened.flows_opened
    assert opened.flows_broken == []


def test_without_a_change_no_flow_is_named(topology: Callable[..., Topology]) -> None:
    same = review(topology().stack, topology().stack)

    assert (same.flows_broken, same.flows_opened) == ([], [])
