"""Where an audit reads: a real deployment through the Pulumi CLI, or a target such as the sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from roastery.audit.model import AuditError
from roastery.bootstrap.errors import ToolMissingError
from roastery.targets import Target

Events = list[dict[str, Any]]


class Deployment(Protocol):
    """A stack that is deployed."""

    def refresh(self, stack: str) -> Events:
        """Reads what is there now into the state.

        Raises:
            AuditError: it could not be read.
        """
        ...

    def preview(self, stack: str) -> Events:
        """Compares the program with the state.

        Raises:
            AuditError: the program could not be run.
        """
        ...

    def state(self, stack: str) -> dict[str, Any]:
        """The state, as `pulumi stack export` writes it.

        Raises:
            AuditError: there is none.
        """
        ...


class TargetDeployment:
    """A stack at a target of this machine."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def refresh(self, stack: str) -> Events:
        if not self._target.resources(stack):
            raise AuditError(f"stack {stack} is not deployed there", f"roast sandbox up --stack {stack}")
        return self._operate("refresh", stack)

    def preview(self, stack: str) -> Events:
        return self._operate("preview", stack)

    def state(self, stack: str) -> dict[str, Any]:
        return self._target.export_state(stack)

    def _operate(self, operation: str, stack: str) -> Events:
        events: Events = []
        outcome = self._target.operate(operation, stack, events=events)
        if outcome.exit_code:
            raise failed(operation, stack, outcome.errors)
        return events


class PulumiDeployment:
    """A stack in Azure, with the sign-in and the backend of this environment, as for `pulumi` itself."""

    def __init__(self, root: Path) -> None:
        self._root = root
        program = shutil.which("pulumi")
        if program is None:
            raise ToolMissingError("pulumi is not on this machine", "make tools installs it")
        self._program = program

    def refresh(self, stack: str) -> Events:
        return self._run("refresh", stack, "--yes", "--skip-preview")

    def preview(self, stack: str) -> Events:
        return self._run("preview", stack)

    def state(self, stack: str) -> dict[str, Any]:
        process = self._call("stack", "export", "--stack", stack, "--show-secrets")
        if process.returncode:
            raise failed("stack export", stack, process.stderr.splitlines())
        return json.loads(process.stdout)

    def _run(self, operation: str, stack: str, *options: str) -> Events:
        with tempfile.TemporaryDirectory(prefix="roast-audit-") as folder:
            log = Path(folder) / "events"
            command = (operation, "--stack", stack, "--non-interactive", *options, "--event-log", str(log))
            process = self._call(*command)
            if process.returncode:
                raise failed(operation, stack, process.stderr.splitlines() or process.stdout.splitlines())
            lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        return [json.loads(line) for line in lines if line.strip()]

    def _call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *arguments],
            cwd=self._root,
            env={**os.environ, "PULUMI_DEBUG_COMMANDS": "true"},  # enables --event-log
            capture_output=True,
            text=True,
            check=False,
        )


def failed(operation: str, stack: str, lines: Sequence[str]) -> AuditError:
    """One line of what Pulumi said: the first that names an error, else the last."""
    texts = [line.strip() for line in lines if line.strip()]
    chosen = next((line for line in texts if "error" in line.lower()), texts[-1] if texts else "no message")
    return AuditError(f"pulumi {operation} of {stack} failed: {chosen}", "nothing was judged")
