"""Checkov on a stack's export: it can't read Pulumi programs, but ARM templates and Kubernetes manifests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roastery.scans import tools
from roastery.scans.model import ScanError, ScanFinding, ScanOutcome

FRAMEWORKS = ("arm", "kubernetes")


def scan(project: Path, folder: Path, framework: str, stack: str) -> ScanOutcome:
    """Runs every check of a framework on a folder, offline.

    Raises:
        ScanError: Checkov could not read all of the folder, so that no finding would prove nothing.
    """
    process = tools.run(
        [
            tools.program(project, "checkov", "python"),
            tools.program(project, "checkov", "checkov"),
            *("--directory", folder, "--framework", framework, "--skip-download"),
            *("--output", "json", "--compact", "--quiet"),
        ],
        folder,
        expected=(0, 1),
    )
    return parse_output(process.stdout, f"checkov {framework}", stack)


def parse_output(text: str, tool: str, stack: str) -> ScanOutcome:
    """Checkov's JSON as an outcome."""
    try:
        answer: Any = json.loads(text)
    except ValueError:
        raise ScanError(f"{tool} did not answer with JSON: {text[:200]!r}") from None
    if not isinstance(answer, dict) or "summary" not in answer:
        raise ScanError(f"{tool} found no files to check")
    results: Any = answer.get("results", answer)
    if results.get("parsing_errors"):
        raise ScanError(f"{tool} can't read {', '.join(map(str, results['parsing_errors']))}")
    return ScanOutcome(
        tool=tool,
        stack=stack,
        passed=int(answer["summary"]["passed"]),
        findings=tuple(
            ScanFinding(
                tool=tool,
                check=str(check["check_id"]),
                resource=str(check["resource"]),
                message=str(check["check_name"]),
                stack=stack,
            )
            for check in results.get("failed_checks", ())
        ),
    )
