"""detect-secrets over the tracked files; what is no secret stands in the suppressions by its fingerprint."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from roastery.scans import tools
from roastery.scans.model import Finding, Outcome, SecurityError

TOOL = "detect-secrets"
# Pulumi calls a resource's type its token: `token="azure-native:network:Subnet"` is none to keep secret.
_TYPES = r"^(azure-native|kubernetes|pulumi):[A-Za-z0-9.:/]*$"
# Checksums by the hundred; detect-secrets leaves out the locks that it knows by name itself.
_LOCKS = "security/*.txt"


def tracked(project: Path) -> list[str]:
    """Every file that git keeps: what is ignored never leaves the machine."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - the user's git
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise SecurityError(f"git can't list the tracked files of {project}: {error}") from None
    return sorted(
        name
        for name in done.stdout.split("\0")
        if name and not fnmatchcase(name, _LOCKS) and (project / name).is_file()
    )


def scan(project: Path, folder: Path, files: Sequence[str]) -> Outcome:
    """Whatever looks like a credential in these files of a folder; nothing is tried out anywhere."""
    program = tools.program(project, "detect-secrets", "detect-secrets")
    command = [program, "scan", "--no-verify", "--exclude-secrets", _TYPES]
    answer: Any = json.loads(tools.run([*command, *files], folder).stdout)
    findings = {
        Finding(
            tool=TOOL,
            check=f"sha1:{one['hashed_secret']}",
            resource=file,
            message=f"{one['type']}, line {one['line_number']}",
        )
        for file, found in answer["results"].items()
        for one in found
    }
    ordered = sorted(findings, key=lambda one: (one.resource, one.message))
    return Outcome(
        tool=TOOL,
        passed=len(files) - len({one.resource for one in ordered}),
        findings=tuple(ordered),
    )
