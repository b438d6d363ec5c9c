"""Pulumi's command line on the bootstrap program, with a backend of its own choice."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from roastery import files
from roastery.bootstrap.errors import BootstrapError, OutOfReachError, RightMissingError, ToolMissingError
from roastery.bootstrap.plan import BootstrapPlan

PROJECT = "roastery-bootstrap"
_DENIED = (
    "AuthorizationPermissionMismatch",
    "AuthorizationFailed",
    "ForbiddenByRbac",
    "Forbidden",
    "AuthenticationFailed",
)
_NETWORK = ("AuthorizationFailure", "ForbiddenByFirewall", "ForbiddenByConnection", "no such host")


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The program's folder of one stack, and the environment that Pulumi runs in.

    Args:
        folder: generated, with Pulumi.yaml, the stack's file and the local state.
        stack: its name.
        environment: complete, without a backend.
    """

    folder: Path
    stack: str
    environment: Mapping[str, str]

    @property
    def local(self) -> str:
        """The backend on this machine, where the state is until the store stands."""
        return (self.folder / "state").as_uri()

    @property
    def local_state(self) -> Path:
        """The file of the local state."""
        return self.folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{self.stack}.json"

    def prepare(self, root: Path, plan: BootstrapPlan, *, grant: bool) -> None:
        """Writes the project's file and the stack's file; both only repeat what stands elsewhere."""
        source: dict[str, Any] = yaml.safe_load((root / "stacks" / "bootstrap" / "Pulumi.yaml").read_text())
        source["main"] = str(root / "stacks" / "bootstrap")
        source["runtime"]["options"]["virtualenv"] = str(root / ".venv")
        files.write(self.folder / "Pulumi.yaml", yaml.safe_dump(source, sort_keys=False))
        stack_file = self.folder / f"Pulumi.{self.stack}.yaml"
        known: dict[str, Any] = yaml.safe_load(stack_file.read_text()) if stack_file.is_file() else {}
        known["config"] = {
            "azure-native:location": plan.region,
            "azure-native:subscriptionId": plan.subscription,
            "azure-native:tenantId": plan.tenant,
            f"{PROJECT}:grant": str(grant).lower(),
        }
        files.write(stack_file, yaml.safe_dump(known, sort_keys=False))
        passphrase = self.folder / "passphrase"
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        if not passphrase.exists():
            descriptor = os.open(passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))

    def run(self, backend: str, *arguments: str, cwd: Path | None = None) -> str:
        """Runs Pulumi and returns its standard output.

        Raises:
            ToolMissingError: Pulumi is not installed.
            RightMissingError: Azure refuses the sign-in or a right.
            OutOfReachError: the store's firewall, or the network, is in the way.
            BootstrapError: Pulumi failed.
        """
        executable = shutil.which("pulumi", path=self.environment.get("PATH"))
        if executable is None:
            raise ToolMissingError("pulumi is not installed", "make tools, or pulumi.com/docs/install")
        process = subprocess.run(
            [executable, *arguments, "--non-interactive"],
            cwd=cwd or self.folder,
            env={
                **self.environment,
                "PULUMI_BACKEND_URL": backend,
                "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.folder / "passphrase"),
                "PULUMI_SKIP_UPDATE_CHECK": "true",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if process.returncode:
            raise _failure(arguments, process.stdout + process.stderr)
        return process.stdout

    def has_stack(self, backend: str) -> bool:
        """Whether the backend has the stack."""
        listed: list[dict[str, Any]] = json.loads(self.run(backend, "stack", "ls", "--json") or "[]")
        return any(str(item["name"]).rpartition("/")[2] == self.stack for item in listed)

    def export(self, backend: str) -> dict[str, Any]:
        """The state."""
        return json.loads(self.run(backend, "stack", "export", "--stack", self.stack))


def resources(state: Mapping[str, Any]) -> dict[str, str]:
    """The ids of a state's resources by URN."""
    deployment: Any = state.get("deployment") or {}
    return {str(item["urn"]): str(item.get("id", "")) for item in deployment.get("resources") or []}


def _failure(arguments: Sequence[str], output: str) -> BootstrapError:
    """The error that Pulumi's output tells of: a right, the network, or its own last lines."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    reported = [line for line in lines if line.startswith("ERROR CODE:")]
    reported += [line for line in lines if "error:" in line or "Message=" in line]
    text = " ".join(reported[:3]) or " ".join(lines[-3:]) or "no output"
    what = f"pulumi {' '.join(arguments[:2])} failed: {text}"[:1500]
    if any(word in output for word in _NETWORK):
        return OutOfReachError(
            what,
            "the store lets in bootstrap.allowed_addresses and the platform's network only: name your public "
            "address there, or run this on the jump box or an agent",
        )
    if any(word in output for word in _DENIED):
        return RightMissingError(what)
    return BootstrapError(what)
