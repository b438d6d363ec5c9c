"""Brings the base up in a sandbox of its own, then the change upon it, and compares."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from roastery.policies import state, waivers
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import Report, evaluate
from roastery.policies.model import Stack
from roastery.review import base
from roastery.review.changes import Review, compare
from roastery.sandbox import commands, paths
from roastery.sandbox.paths import Places

_QUIET = frozenset({"preview failed", "update failed"})


def review(places: Places, stack: str, ref: str, say: Callable[[str], None]) -> Review:
    """What the working tree does to a stack that stands as `ref` declares it.

    Raises:
        NoBaseError: `ref` can't be checked out.
    """
    with base.checkout(places.project, ref) as old, _own_sandbox() as sandbox:
        before, trouble = None, ""
        if (old / f"Pulumi.{stack}.yaml").is_file():
            say(f"bringing {stack} up as {ref} declares it")
            trouble = _up_at(old, stack, sandbox)
        standing = commands.resources_in_state(places, stack)
        if standing and not trouble:
            before = _checked(places, stack)
        protected = {str(one["urn"]) for one in standing if one.get("protect")}
        kept = {str(one["urn"]) for one in standing if one.get("retainOnDelete")}
        say(f"previewing the change on {stack}")
        events: list[dict[str, Any]] = []
        # What is protected is named as such; the plan should still show what would happen to it.
        done = commands.operate(places, "preview", stack, quiet=True, events=events, unprotect=bool(standing))
        after = None
        if not done.exit_code:
            say(f"bringing the change up on {stack}")
            done = commands.operate(places, "up", stack, quiet=True)
            after = None if done.exit_code else _checked(places, stack)
        errors = [one for one in done.errors if one not in _QUIET]
        found = compare(
            stack, events, before=before, after=after, protected=protected, kept=kept, errors=errors
        )
    if trouble:
        return _noted(found, f"The base itself does not come up ({trouble}), so everything counts as new.")
    return found


def _noted(found: Review, note: str) -> Review:
    return replace(found, notes=[note])


def _checked(places: Places, stack: str) -> tuple[Stack, Report]:
    held = state.parse(commands.export(places, stack), f"the sandbox's state of {stack}")
    accepted = waivers.load(waivers.find(places.project), BY_ID)
    return held, evaluate(held, waivers=accepted)


@contextlib.contextmanager
def _own_sandbox() -> Generator[Path]:
    """A sandbox that nobody else's state is in."""
    before = os.environ.get("ROASTERY_SANDBOX_DIR")
    with tempfile.TemporaryDirectory(prefix="roast-review-") as folder:
        os.environ["ROASTERY_SANDBOX_DIR"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["ROASTERY_SANDBOX_DIR"]
            else:
                os.environ["ROASTERY_SANDBOX_DIR"] = before


def _up_at(project: Path, stack: str, sandbox: Path) -> str:
    """The base's own code, components and sandbox included, deploys it; why it could not, if so."""
    code = os.pathsep.join([str(project / "platform"), str(project)])
    environment = {
        **os.environ,
        "PYTHONPATH": code,
        "ROASTERY_SANDBOX_DIR": str(sandbox),
        "ROASTERY_TOOLS": str(paths.tools()),
    }
    command = [sys.executable, "-c", "from roastery.cli.main import main; main()"]
    done = subprocess.run(
        [*command, "sandbox", "up", "--stack", stack, "--json"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        said = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else "no answer"
    return str(next(iter(said["errors"]), "no reason given")) if said["exit_code"] else ""
