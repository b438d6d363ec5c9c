"""The sandbox's files and folders: all inside the project, nothing in the user's home."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from azsandbox.errors import ProjectError

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
DIRECTORY = "AZSANDBOX_DIR"


@dataclass(frozen=True, kw_only=True)
class Project:
    """One Pulumi project and the sandbox's folders in it."""

    root: Path  # the folder of Pulumi.yaml

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project of the folder `start` (default: the working directory), found as Pulumi finds it.

        Raises:
            ProjectError: neither the folder nor one above it has a Pulumi.yaml.
        """
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if any((folder / name).is_file() for name in PROJECT_FILES):
                return cls(root=folder)
        raise ProjectError(f"no Pulumi.yaml in {here} or above: change to the project's folder")

    @property
    def pulumi_yaml(self) -> Path:
        return next(self.root / name for name in PROJECT_FILES if (self.root / name).is_file())

    @property
    def sandbox(self) -> Path:
        """State, model and generated stack files; the variable AZSANDBOX_DIR names another folder."""
        return Path(os.environ.get(DIRECTORY) or self.root / ".roast" / "sandbox")

    @property
    def backend(self) -> Path:
        return self.sandbox / "state"

    @property
    def pulumi_home(self) -> Path:
        return self.sandbox / "home"

    @property
    def stacks(self) -> Path:
        """Generated copies of the stack files; the user's own are never changed."""
        return self.sandbox / "stacks"

    @property
    def imports(self) -> Path:
        """The modules that the program imported in its last run."""
        return self.sandbox / "imports.json"

    @property
    def model(self) -> Path:
        return self.sandbox / "subscription.sqlite"

    @property
    def blobs(self) -> Path:
        """The blobs of storage accounts, one folder per account."""
        return self.sandbox / "blobs"

    @property
    def sessions(self) -> Path:
        return self.sandbox / "sessions"


def checkout() -> Path:
    """The folder of .venv, .tools and .cache: the nearest one above this file that has a uv.lock.

    Where the package is installed outside of a checkout, it is the working directory.
    """
    here = Path(__file__).resolve()
    for folder in here.parents:
        if (folder / "uv.lock").is_file():
            return folder
    return Path.cwd()


def tools() -> Path:
    return Path(os.environ.get("AZSANDBOX_TOOLS") or checkout() / ".tools")


def cache() -> Path:
    return checkout() / ".cache"
