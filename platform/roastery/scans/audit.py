"""Known vulnerabilities and withdrawn projects in uv.lock: `uv audit` queries OSV and the package index.

If the index does not answer, uv counts its projects as in good standing; only its trace shows which.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from roastery.scans import tools
from roastery.scans.model import ScanError, ScanFinding, ScanOutcome

TOOL = "uv audit"
_UNREACHABLE = ("client error (Connect)", "dns error", "operation timed out", "error sending request")
_NOT_CHECKED = re.compile(r"^TRACE Skipping project-status check for `([^`]+)`", re.MULTILINE)
_FAILED = 2  # uv's exit code; 1 means that it found something


def scan(project: Path, uv: Path, *, service: str = "", retries: int = 3) -> ScanOutcome:
    """Checks every locked version, with all extras and dependency groups.

    Args:
        project: the folder of uv.lock.
        uv: the program; its trace is parsed, so its version is pinned.
        service: URL of the OSV service; the public one if empty.
        retries: how often a failed request is repeated.

    Raises:
        ScanError: uv failed for another reason than the network.
    """
    options = ["--service-url", service] if service else []
    command = [uv, "audit", "--frozen", "--preview", "--output-format", "json", "-vv", *options]
    process = tools.run(
        command,
        project,
        expected=(0, 1, _FAILED),
        inherit=tools.NETWORK,
        variables={"UV_HTTP_RETRIES": str(retries)},
    )
    error = process.stderr.rpartition("error: ")[2] if process.returncode == _FAILED else ""
    if any(sign in error for sign in _UNREACHABLE):
        return ScanOutcome(
            tool=TOOL, skipped="the vulnerability service (api.osv.dev) can't be reached from here"
        )
    try:
        answer: Any = json.loads(process.stdout)
    except ValueError:
        message = " ".join(error.split()) or "no answer"
        raise ScanError(f"uv audit failed with exit code {process.returncode}: {message}") from None
    return parse_output(answer, process.returncode, _NOT_CHECKED.findall(process.stderr))


def parse_output(answer: Any, code: int, not_checked: list[str] | None = None) -> ScanOutcome:
    """Uv's answer as an outcome.

    Args:
        answer: uv's JSON.
        code: uv's exit code.
        not_checked: projects whose status the index did not report.

    Raises:
        ScanError: the exit code does not agree with the findings listed.
    """
    vulnerable = [
        ScanFinding(
            tool=TOOL,
            check=str(vulnerability["id"]),
            resource=f"{vulnerability['dependency']['name']} {vulnerability['dependency']['version']}",
            message=f"{vulnerability['summary']}; fixed in {_versions(vulnerability['fix_versions'])}",
        )
        for vulnerability in answer["vulnerabilities"]
    ]
    withdrawn = [
        ScanFinding(
            tool=TOOL,
            check=f"project-{status['status']}",
            resource=str(status["name"]),
            message=f"{status['status']} on the index: {status.get('reason') or 'no reason given'}",
        )
        for status in answer["adverse_statuses"]
    ]
    if code and not vulnerable and not withdrawn:
        raise ScanError(f"uv audit ended with exit code {code}, but its answer lists nothing")
    audited = int(answer["summary"]["audited_packages"])
    affected = {finding.resource.partition(" ")[0] for finding in (*vulnerable, *withdrawn)}
    return ScanOutcome(
        tool=TOOL,
        passed=audited - len(affected),
        findings=(*vulnerable, *withdrawn),
        not_checked=_gap(not_checked or [], audited),
    )


def _versions(versions: list[str]) -> str:
    return ", ".join(versions) or "no version yet"


def _gap(not_checked: list[str], audited: int) -> str:
    if not not_checked:
        return ""
    examples = ", ".join(sorted(not_checked)[:3])
    return (
        f"the package index did not report whether {len(not_checked)} of {audited} projects ({examples}, …) "
        f"were withdrawn; their known vulnerabilities were checked"
    )
