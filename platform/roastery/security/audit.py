"""Known vulnerabilities of what uv.lock pins: `uv audit` asks OSV, and says when it could not be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from roastery.security import tools
from roastery.security.model import Finding, Outcome, SecurityError

TOOL: Final = "uv audit"
_UNREACHABLE: Final = ("client error (Connect)", "dns error", "operation timed out", "error sending request")


def scan(project: Path, uv: Path, service: str = "") -> Outcome:
    """Ask about every locked version, all extras and groups.

    Args:
        project: where uv.lock lies.
        uv: the program.
        service: an OSV of one's own; the public one when empty.

    Raises:
        SecurityError: uv failed for another reason than the network.
    """
    chosen = ["--service-url", service] if service else []
    command = [uv, "audit", "--frozen", "--preview", "--output-format", "json", *chosen]
    done = tools.run(command, project, expected=(0, 1, 2))
    if done.returncode == 2 and any(sign in done.stderr for sign in _UNREACHABLE):  # noqa: PLR2004 - uv's code
        return Outcome(
            tool=TOOL, skipped="the vulnerability service (api.osv.dev) can't be reached from here"
        )
    try:
        answer: Any = json.loads(done.stdout)
    except ValueError:
        said = " ".join(done.stderr.strip().splitlines()[-2:])
        raise SecurityError(f"uv audit failed with {done.returncode}: {said}") from None
    return read(answer, done.returncode)


def read(answer: Any, code: int) -> Outcome:
    """What uv answered, as an outcome; its exit code has to agree with what it lists."""
    vulnerable = [
        Finding(
            tool=TOOL,
            check=str(one["id"]),
            resource=f"{one['dependency']['name']} {one['dependency']['version']}",
            message=f"{one['summary']}; fixed in {', '.join(one['fix_versions']) or 'no version yet'}",
        )
        for one in answer["vulnerabilities"]
    ]
    adverse = [
        Finding(
            tool=TOOL, check="adverse-status", resource=json.dumps(one, sort_keys=True), message="see status"
        )
        for one in answer["adverse_statuses"]
    ]
    if code and not vulnerable and not adverse:
        raise SecurityError(f"uv audit ended with {code} but lists nothing")
    wrong = {one.resource for one in (*vulnerable, *adverse)}
    return Outcome(
        tool=TOOL,
        passed=int(answer["summary"]["audited_packages"]) - len(wrong),
        findings=(*vulnerable, *adverse),
    )
