"""Known vulnerabilities and withdrawn projects in uv.lock: `uv audit` asks OSV and the package index.

uv says nothing of an index that did not answer, and counts its projects as in good standing. Its trace tells.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from roastery.scans import tools
from roastery.scans.model import Finding, Outcome, SecurityError

TOOL = "uv audit"
_UNREACHABLE = ("client error (Connect)", "dns error", "operation timed out", "error sending request")
_NOT_ASKED = re.compile(r"^TRACE Skipping project-status check for `([^`]+)`", re.MULTILINE)
_FAILED = 2  # uv's exit code; 1 says that it found something


def scan(project: Path, uv: Path, *, service: str = "", retries: int = 3) -> Outcome:
    """Ask about every locked version, all extras and groups.

    Args:
        project: where uv.lock lies.
        uv: the program; its trace is read, so its version is pinned.
        service: an OSV of one's own; the public one when empty.
        retries: how often to ask again what did not answer.

    Raises:
        SecurityError: uv failed for another reason than the network.
    """
    chosen = ["--service-url", service] if service else []
    command = [uv, "audit", "--frozen", "--preview", "--output-format", "json", "-vv", *chosen]
    variables = {"UV_HTTP_RETRIES": str(retries)}
    done = tools.run(command, project, expected=(0, 1, _FAILED), keep=tools.NETWORK, variables=variables)
    error = done.stderr.rpartition("error: ")[2] if done.returncode == _FAILED else ""
    if any(sign in error for sign in _UNREACHABLE):
        return Outcome(
            tool=TOOL, skipped="the vulnerability service (api.osv.dev) can't be reached from here"
        )
    try:
        answer: Any = json.loads(done.stdout)
    except ValueError:
        said = " ".join(error.split()) or "no answer"
        raise SecurityError(f"uv audit failed with {done.returncode}: {said}") from None
    return read(answer, done.returncode, _NOT_ASKED.findall(done.stderr))


def read(answer: Any, code: int, unasked: list[str] | None = None) -> Outcome:
    """What uv answered, as an outcome; its exit code has to agree with what it lists.

    Args:
        answer: uv's JSON.
        code: uv's exit code.
        unasked: projects whose standing the index did not tell.
    """
    vulnerable = [
        Finding(
            tool=TOOL,
            check=str(one["id"]),
            resource=f"{one['dependency']['name']} {one['dependency']['version']}",
            message=f"{one['summary']}; fixed in {', '.join(one['fix_versions']) or 'no version yet'}",
        )
        for one in answer["vulnerabilities"]
    ]
    withdrawn = [
        Finding(
            tool=TOOL,
            check=f"project-{one['status']}",
            resource=str(one["name"]),
            message=f"the index calls it {one['status']}: {one.get('reason') or 'no reason given'}",
        )
        for one in answer["adverse_statuses"]
    ]
    if code and not vulnerable and not withdrawn:
        raise SecurityError(f"uv audit ended with {code} but lists nothing")
    audited = int(answer["summary"]["audited_packages"])
    wrong = {one.resource.partition(" ")[0] for one in (*vulnerable, *withdrawn)}
    return Outcome(
        tool=TOOL,
        passed=audited - len(wrong),
        findings=(*vulnerable, *withdrawn),
        unasked=_gap(unasked or [], audited),
    )


def _gap(unasked: list[str], audited: int) -> str:
    if not unasked:
        return ""
    some = ", ".join(sorted(unasked)[:3])
    return (
        f"the package index did not say whether {len(unasked)} of {audited} projects ({some}, …) were "
        f"withdrawn; their known vulnerabilities were asked for"
    )
