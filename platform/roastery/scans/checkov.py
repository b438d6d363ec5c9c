"""Checkov on what a stack exports: it can't read Pulumi, but it reads ARM and Kubernetes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roastery.scans import tools
from roastery.scans.model import Finding, Outcome, SecurityError

FRAMEWORKS = ("arm", "kubernetes")


def scan(project: Path, folder: Path, framework: str, stack: str) -> Outcome:
    """Every check of a framework on a folder, offline.

    Raises:
        SecurityError: Checkov could not read the folder, so its silence would mean nothing.
    """
    done = tools.run(
        [
            tools.program(project, "checkov", "python"),
            tools.program(project, "checkov", "checkov"),
            *("--directory", folder, "--framework", framework, "--skip-download"),
            *("--output", "json", "--compact", "--quiet"),
        ],
        folder,
        expected=(0, 1),
    )
    return read(done.stdout, f"checkov {framework}", stack)


def read(text: str, tool: str, stack: str) -> Outcome:
    """Checkov's JSON as an outcome."""
    try:
        answer: Any = json.loads(text)
    except ValueError:
        raise SecurityError(f"{tool} answered no JSON: {text[:200]!r}") from None
    if not isinstance(answer, dict) or "summary" not in answer:
        raise SecurityError(f"{tool} found nothing to look at")
    results: Any = answer.get("results", answer)
    if results.get("parsing_errors"):
        raise SecurityError(f"{tool} can't read {', '.join(map(str, results['parsing_errors']))}")
    return Outcome(
        tool=tool,
        stack=stack,
        passed=int(answer["summary"]["passed"]),
        findings=tuple(
            Finding(
                tool=tool,
                check=str(one["check_id"]),
                resource=str(one["resource"]),
                message=str(one["check_name"]),
                stack=stack,
            )
            for one in results.get("failed_checks", ())
        ),
    )
