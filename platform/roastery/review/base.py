"""Checks the base commit out in a temporary git worktree, so that the working tree is not touched."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from roastery.errors import RoasteryError


class BaseCommitError(RoasteryError):
    """The base commit can't be checked out."""

    exit_code = 2


@contextlib.contextmanager
def checkout(project: Path, ref: str) -> Generator[Path]:
    """The project at the commit `ref`, with the Python environment of this process.

    Raises:
        BaseCommitError: git is not installed, or there is no repository or no such commit.
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
        process = subprocess.run(
            ["git", "-C", str(project), *arguments],  # noqa: S607 - the git on the user's path
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BaseCommitError("git is not installed", "install it, or check a state: roast policy") from None
    if process.returncode:
        lines = process.stderr.strip().splitlines()
        raise BaseCommitError(
            f"the base can't be checked out: {lines[-1] if lines else 'git failed'}",
            "name a commit, tag or branch of this clone; CI has to fetch the base with its history",
        )
