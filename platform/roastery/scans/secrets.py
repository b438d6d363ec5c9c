"""detect-secrets on the tracked files; false positives are suppressed by their fingerprint."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from roastery.scans import tools
from roastery.scans.model import ScanError, ScanFinding, ScanOutcome

TOOL = "detect-secrets"
# Pulumi calls a resource's type its token: `token="azure-native:network:Subnet"` is not a secret.
_TYPES = r"^(azure-native|kubernetes|pulumi):[A-Za-z0-9.:/]*$"
# Lock files with many checksums; detect-secrets itself leaves out the lock files that it knows by name.
_LOCKS = "security/*.txt"


def tracked(project: Path) -> list[str]:
    """Every file that git tracks; ignored files never leave the machine."""
    try:
        process = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - the user's git
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ScanError(f"git can't list the tracked files of {project}: {error}") from None
    return sorted(
        name
        for name in process.stdout.split("\0")
        if name and not fnmatchcase(name, _LOCKS) and (project / name).is_file()
    )


def scan(project: Path, folder: Path, files: Sequence[str]) -> ScanOutcome:
    """Everything that looks like a credential in these files of a folder; no credential is tried out."""
    program = tools.program(project, "detect-secrets", "detect-secrets")
    command = [program, "scan", "--no-verify", "--exclude-secrets", _TYPES]
    answer: Any = json.loads(tools.run([*command, *files], folder).stdout)
    findings = {
        ScanFinding(
            tool=TOOL,
            check=f"sha1:{match['hashed_secret']}",
            resource=file,
            message=f"{match['type']}, line {match['line_number']}",
        )
        for file, matches in answer["results"].items()
        for match in matches
    }
    ordered = sorted(findings, key=lambda finding: (finding.resource, finding.message))
    return ScanOutcome(
        tool=TOOL,
        passed=len(files) - len({finding.resource for finding in ordered}),
        findings=tuple(ordered),
    )
