"""Brings the base up in a sandbox of its own, then the change upon it, and compares."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from roastery.policies import state, waivers
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import Report, evaluate
from roastery.policies.model import Stack
from roastery.review import base
from roastery.review.changes import Review, compare
from roastery.targets import Target

_QUIET = frozenset({"preview failed", "update failed"})


def review(target: Target, stack: str, ref: str, say: Callable[[str], None]) -> Review:
    """What the working tree does to a stack that stands as `ref` declares it.

    Raises:
        NoBaseError: `ref` can't be checked out.
    """
    with (
        tempfile.TemporaryDirectory(prefix="roast-review-") as state_folder,
        base.checkout(target.root, ref) as old,
        target.isolated(Path(state_folder)),
    ):
        before, trouble = None, ""
        if (old / f"Pulumi.{stack}.yaml").is_file():
            say(f"bringing {stack} up as {ref} declares it")
            trouble = target.deploy_checkout(old, stack)
        standing = target.resources(stack)
        if standing and not trouble:
            before = _checked(target, stack)
        protected = {str(one["urn"]) for one in standing if one.get("protect")}
        kept = {str(one["urn"]) for one in standing if one.get("retainOnDelete")}
        say(f"previewing the change on {stack}")
        events: list[dict[str, Any]] = []
        # What is protected is named as such; the plan should still show what would happen to it.
        done = target.operate("preview", stack, events=events, unprotect=bool(standing))
        after = None
        if not done.exit_code:
            say(f"bringing the change up on {stack}")
            done = target.operate("up", stack)
            after = None if done.exit_code else _checked(target, stack)
        errors = [one for one in done.errors if one not in _QUIET]
        found = compare(
            stack, events, before=before, after=after, protected=protected, kept=kept, errors=errors
        )
    if trouble:
        return _noted(found, f"The base itself does not come up ({trouble}), so everything counts as new.")
    return found


def _noted(found: Review, note: str) -> Review:
    return replace(found, notes=[note])


def _checked(target: Target, stack: str) -> tuple[Stack, Report]:
    held = state.parse(target.export_state(stack), f"the sandbox's state of {stack}")
    accepted = waivers.load(waivers.find(target.root), BY_ID)
    return held, evaluate(held, waivers=accepted)
