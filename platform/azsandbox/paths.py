"""Where the sandbox keeps its things: all inside the checkout, nothing in the user's home."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from azsandbox.errors import ProjectError

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
DIRECTORY = "AZSANDBOX_DIR"


@dataclass(frozen=True, kw_only=True)
class Project:
    """The folders of one project."""

    root: Path  # where Pulumi.yaml lies

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project around `start` (default: the working directory), found as Pulumi finds it."""
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
        """State, model and generated stack files; DIRECTORY moves it, for tests."""
        return Path(os.environ.get(DIRECTORY) or self.root / ".roast" / "sandbox")

    @property
    def backend(self) -> Path:
        return self.sandbox / "state"

    @property
    def pulumi_home(self) -> Path:
        return self.sandbox / "home"

    @property
    def stacks(self) -> Path:
        """Generated copies of the stack files; the user's own are never written."""
        return self.sandbox / "stacks"

    @property
    def imports(self) -> Path:
        """Which modules the program imported the last time."""
        return self.sandbox / "imports.json"

    @property
    def model(self) -> Path:
        return self.sandbox / "subscription.sqlite"

    @property
    def blobs(self) -> Path:
        """What storage accounts hold, one folder per account."""
        return self.sandbox / "blobs"

    @property
    def sessions(self) -> Path:
        return self.sandbox / "sessions"


def checkout() -> Path:
    """The folder that holds .venv, .tools and .cache: the nearest one above with a uv.lock."""
    here = Path(__file__).resolve()
    for folder in here.parents:
        if (folder / "uv.lock").is_file():
            return folder
    return Path.cwd()


def tools() -> Path:
    return Path(os.environ.get("AZSANDBOX_TOOLS") or checkout() / ".tools")


def cache() -> Path:
    return checkout() / ".cache"
