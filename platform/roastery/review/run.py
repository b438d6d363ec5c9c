"""Deploys the base commit to an isolated sandbox, deploys the change on top of it, and compares."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from roastery.flows import findings as flows
from roastery.policies import state, waivers
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.model import DeclaredStack
from roastery.review import base
from roastery.review.changes import StackReview, compare
from roastery.targets import Target

_UNINFORMATIVE = frozenset({"preview failed", "update failed"})


def review_stack(target: Target, stack: str, ref: str, report_progress: Callable[[str], None]) -> StackReview:
    """What the working tree changes on a stack that is deployed as the commit `ref` declares it.

    Raises:
        BaseCommitError: `ref` can't be checked out.
    """
    with (
        tempfile.TemporaryDirectory(prefix="roast-review-") as state_folder,
        base.checkout(target.root, ref) as checkout,
        target.isolated(Path(state_folder)),
    ):
        before, failure = None, ""
        if (checkout / f"Pulumi.{stack}.yaml").is_file():
            report_progress(f"deploying {stack} as {ref} declares it")
            failure = target.deploy_checkout(checkout, stack)
        resources = target.resources(stack)
        if resources and not failure:
            before = _evaluated_state(target, stack)
        protected = {str(resource["urn"]) for resource in resources if resource.get("protect")}
        retained = {str(resource["urn"]) for resource in resources if resource.get("retainOnDelete")}
        report_progress(f"previewing the change on {stack}")
        events: list[dict[str, Any]] = []
        # The comment names protected resources as such; the plan still has to show what would happen to them.
        outcome = target.operate("preview", stack, events=events, unprotect=bool(resources))
        after = None
        if not outcome.exit_code:
            report_progress(f"deploying the change to {stack}")
            outcome = target.operate("up", stack)
            after = None if outcome.exit_code else _evaluated_state(target, stack)
        errors = [error for error in outcome.errors if error not in _UNINFORMATIVE]
        review = compare(
            stack, events, before=before, after=after, protected=protected, retained=retained, errors=errors
        )
    if failure:
        note = f"The base itself can't be deployed ({failure}), so everything counts as new."
        return replace(review, notes=[note])
    return review


def _evaluated_state(target: Target, stack: str) -> tuple[DeclaredStack, PolicyReport]:
    """The deployed stack, and what the policies report on it."""
    resources = state.parse(target.export_state(stack), f"the sandbox's state of {stack}")
    accepted = waivers.load(waivers.find(target.root), BY_ID | flows.BY_ID)
    return resources, evaluate(resources, waivers=accepted, more=flows.findings(resources))
