"""The base commit as a checkout of its own, beside the one that somebody works in."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from roastery.errors import RoasteryError


class NoBaseError(RoasteryError):
    """The base is no commit of this repository."""

    exit_code = 2


@contextlib.contextmanager
def checkout(project: Path, ref: str) -> Generator[Path]:
    """The project at `ref`; the environment is the one that runs now.

    Raises:
        NoBaseError: there is no git, no repository or no such commit.
    """
    with tempfile.TemporaryDirectory(prefix="roast-base-") as temporary:
        folder = Path(temporary, "base")
        _git(project, "worktree", "add", "--detach", "--quiet", str(folder), ref)
        try:
            (folder / ".venv").symlink_to(sys.prefix)
            yield folder
        finally:
            _git(project, "worktree", "remove", "--force", str(folder))


def _git(project: Path, *arguments: str) -> None:
    try:
        done = subprocess.run(
            ["git", "-C", str(project), *arguments],  # noqa: S607 - the git that the user has
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise NoBaseError("there is no git here", "install it, or compare states with roast policy") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise NoBaseError(
            f"the base can't be checked out: {lines[-1] if lines else 'git failed'}",
            "name a commit, tag or branch that is here; CI has to fetch the base with its history",
        )
