"""The public repositories that hold the facts: checked out at their newest commit, or read from a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from azsandbox.facts.table import FactsError

HOST = "https://github.com"
_HASH_LENGTH = 40
COMMIT = "COMMIT"
"""In a folder of copies, the file beside them that holds the commit and its date: `1f896de 2026-08-20`."""


@dataclass(frozen=True)
class Source:
    """Files of one public repository; a path that ends in a slash is a folder."""

    repository: str
    paths: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What is read: the source's files on this machine, and which version they are."""

    source: Source
    folder: Path
    commit: str
    date: str

    @property
    def version(self) -> str:
        """The commit, shortened; the name of a release as it is."""
        return self.commit[:12] if len(self.commit) == _HASH_LENGTH else self.commit

    def text(self, path: str) -> str:
        """One file.

        Raises:
            FactsError: the source does not have it.
        """
        try:
            return (self.folder / path).read_text(encoding="utf-8")
        except OSError:
            raise FactsError(
                f"{self.source.repository} at {self.version} has no {path}: the source has moved, or the "
                "folder of copies lacks it"
            ) from None

    def files(self, path: str, pattern: str) -> list[Path]:
        """The files of a folder.

        Raises:
            FactsError: there is none.
        """
        files = sorted((self.folder / path).glob(pattern))
        if not files:
            raise FactsError(f"{self.source.repository} at {self.version} has no {path}{pattern}")
        return files

    def failure(self, path: str, wanted: str) -> FactsError:
        """What to raise where a file is not of the form that its reader knows."""
        return FactsError(
            f"{self.source.repository} at {self.version}: {path} has no {wanted}: it is of another "
            "version than the reader knows"
        )

    def __str__(self) -> str:
        return f"{self.source.repository}@{self.version} ({self.date}): {', '.join(self.source.paths)}"


def copied(source: Source, folder: Path) -> Copy:
    """The source's files in a folder of copies, below `owner/name`.

    Raises:
        FactsError: the copy or its version is missing.
    """
    copy = folder / source.repository
    try:
        commit, date = (copy / COMMIT).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        raise FactsError(
            f"{source.repository}: {copy / COMMIT} is missing or does not hold a commit and its date"
        ) from None
    return Copy(source=source, folder=copy, commit=commit, date=date)


def downloaded(source: Source, folder: Path) -> Copy:
    """The source's files at the newest commit, fetched with git into the folder.

    Raises:
        FactsError: git is missing, or the repository can't be reached.
    """
    copy = folder / source.repository.replace("/", "+")
    url = f"{HOST}/{source.repository}"
    _git(source, "clone", "--quiet", "--depth=1", "--filter=blob:none", "--no-checkout", url, str(copy))
    _git(source, "-C", str(copy), "sparse-checkout", "set", "--no-cone", *(f"/{p}" for p in source.paths))
    _git(source, "-C", str(copy), "checkout", "--quiet")
    commit, date = _git(source, "-C", str(copy), "log", "-1", "--format=%H %cs").split()
    return Copy(source=source, folder=copy, commit=commit, date=date)


def _git(source: Source, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise FactsError(f"{source.repository} can't be had: install git 2.25 or newer")
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    result = subprocess.run([git, *arguments], capture_output=True, text=True, check=False, env=environment)
    if result.returncode:
        lines = result.stderr.strip().splitlines() or ["git gave no reason"]
        raise FactsError(f"{source.repository} can't be had: {lines[-1]}")
    return result.stdout
