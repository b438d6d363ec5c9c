"""The offline subscription as a deployment target of another command line: one object per project.

Registered under the entry point `roast.targets`, whose protocol these methods implement.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from azsandbox import commands, paths
from azsandbox.errors import SandboxError
from azsandbox.export.run import ExportResult, export
from azsandbox.kubernetes import schemas
from azsandbox.kubernetes.apiserver import pods
from azsandbox.paths import Project
from azsandbox.schema.validate import Problem
from azsandbox.session import session

# A checkout from before the offline subscription became a package of its own starts it with `roast sandbox`.
_LEGACY = "from roastery.cli.main import main; main()"
_OWN = "from azsandbox.cli import main; main()"


class Sandbox:
    """One project's stacks in the offline subscription."""

    def __init__(self, start: Path | None = None) -> None:
        self.project = Project.find(start)

    @property
    def root(self) -> Path:
        return self.project.root

    def operate(
        self,
        operation: str,
        stack: str,
        *,
        unprotect: bool = False,
        events: list[dict[str, Any]] | None = None,
    ) -> commands.Outcome:
        return commands.operate(
            self.project, operation, stack, quiet=True, unprotect=unprotect, events=events
        )

    def resources(self, stack: str) -> list[dict[str, Any]]:
        return commands.resources_in_state(self.project, stack)

    def export_state(self, stack: str) -> dict[str, Any]:
        return commands.export(self.project, stack)

    def export_files(self, stack: str, kind: str, out: Path) -> ExportResult:
        return export(self.project, stack, kind, out)

    def manifest_problems(self, manifest: Mapping[str, Any], version: str | None = None) -> list[Problem]:
        try:
            return schemas.check(dict(manifest), version or schemas.DEFAULT_VERSION)
        except SandboxError as error:
            return [Problem("kind", str(error), code="unknown-type")]

    def workloads(self, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
        return pods.workloads_of(dict(manifest))

    def session(
        self, jobs: Mapping[str, str] | None = None, *, account: str = "", stack: str = ""
    ) -> AbstractContextManager[Mapping[str, str]]:
        who = commands.Caller(account=account, stack=stack).of(self.project)
        return session(self.project, api=True, jobs=jobs, account=who)

    @contextlib.contextmanager
    def isolated(self, folder: Path) -> Generator[Sandbox]:
        before = os.environ.get(paths.DIRECTORY)
        os.environ[paths.DIRECTORY] = str(folder)
        try:
            yield self
        finally:
            if before is None:
                del os.environ[paths.DIRECTORY]
            else:
                os.environ[paths.DIRECTORY] = before

    def deploy_checkout(self, checkout: Path, stack: str) -> str:
        legacy = not (checkout / "platform" / "azsandbox").is_dir()
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(checkout / "platform"), str(checkout)]),
            paths.DIRECTORY: str(self.project.sandbox),
            "AZSANDBOX_TOOLS": str(paths.tools()),
            "ROASTERY_SANDBOX_DIR": str(self.project.sandbox),
            "ROASTERY_TOOLS": str(paths.tools()),
        }
        program = [sys.executable, "-c", _LEGACY, "sandbox"] if legacy else [sys.executable, "-c", _OWN]
        result = subprocess.run(
            [*program, "up", "--stack", stack, "--json"],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            outcome = json.loads(result.stdout)
        except ValueError:
            lines = result.stderr.strip().splitlines()
            return lines[-1] if lines else "no output"
        return str(next(iter(outcome["errors"]), "no error message")) if outcome["exit_code"] else ""
