"""Waivers: findings that reviewers accept for a while, in one file with a reason, an owner and an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from roastery.errors import RoasteryError
from roastery.policies.model import Finding, Level, Policy, Severity

FILE = Path("stacks", "policy-waivers.yaml")
_KEYS = ("policy", "resource", "reason", "owner", "expires")
LONGEST = 365
"""Days that a waiver may last from today: what is meant for longer is a rule, not an exception."""


class WaiverError(RoasteryError):
    """The file of waivers is wrong; the message names file and line."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """One accepted finding: `resource` is the end of a URN."""

    policy: str
    resource: str
    reason: str
    owner: str
    expires: dt.date
    line: int
    stack: str = ""  # only there; everywhere when empty

    def covers(self, policy: str, urn: str) -> bool:
        stack = urn.split(":")[2] if urn.startswith("urn:pulumi:") else ""
        return policy == self.policy and self.stack in ("", stack) and self._names(urn)

    def _names(self, urn: str) -> bool:
        """Whether the URN ends so, at the start of one of its parts: `st` is not the end of `test`."""
        before = urn.removesuffix(self.resource)
        whole = not before or before.endswith((":", "$")) or self.resource.startswith((":", "$"))
        return before != urn and whole

    def says(self) -> str:
        return f"waived until {self.expires} by {self.owner}: {self.reason}"


EXPIRED = Policy(
    id="waiver-expired",
    title="No waiver is past its end",
    reason="An exception that nobody renews has become the rule.",
    fix="Repair what was waived and remove the waiver, or have a reviewer renew it.",
    severity=Severity.HIGH,
    dev=Level.MANDATORY,
    prod=Level.MANDATORY,
)
UNUSED = Policy(
    id="waiver-unused",
    title="Every waiver is needed",
    reason="A waiver without a finding waits to hide the next one.",
    fix="Remove the waiver.",
    severity=Severity.LOW,
    dev=Level.ADVISORY,
    prod=Level.ADVISORY,
)
POLICIES = (EXPIRED, UNUSED)


def find(start: Path) -> Path | None:
    """The file of the project around a folder."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if (folder / "Pulumi.yaml").is_file():
            return None
    return None


def load(file: Path | None, known: Collection[str]) -> list[Waiver]:
    """The waivers of a file; none without one.

    Raises:
        WaiverError: something in the file is wrong; names the line.
    """
    if file is None:
        return []
    import yaml  # noqa: PLC0415 - most runs have no waivers, and starting the pack is paid by every preview

    try:
        tree = yaml.compose(file.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WaiverError(f"{file}:{line}: {error.problem}") from None
    if tree is None:
        return []
    top = {key.value: value for key, value in tree.value} if isinstance(tree, yaml.MappingNode) else {}
    if set(top) != {"waivers"} or not isinstance(top["waivers"], yaml.SequenceNode):
        raise WaiverError(f"{file}:1: must be one list under the key waivers")
    return [_waiver(file, node, known) for node in top["waivers"].value]


def _waiver(file: Path, node: Any, known: Collection[str]) -> Waiver:
    where = f"{file}:{node.start_mark.line + 1}"
    if not hasattr(node, "value") or not isinstance(node.value, list):
        raise WaiverError(f"{where}: a waiver has the keys {', '.join(_KEYS)}")
    fields = {str(key.value): str(value.value) for key, value in cast("list[tuple[Any, Any]]", node.value)}
    missing = [key for key in _KEYS if not fields.get(key, "").strip()]
    unknown = set(fields) - {*_KEYS, "stack"}
    if missing:
        raise WaiverError(f"{where}: lacks {', '.join(missing)}")
    if unknown:
        raise WaiverError(
            f"{where}: unknown key {', '.join(sorted(unknown))}; known: {', '.join(_KEYS)}, stack"
        )
    if fields["policy"] not in known:
        raise WaiverError(f"{where}: there is no policy {fields['policy']}; docs/policies.md lists them")
    try:
        expires = dt.date.fromisoformat(fields["expires"])
    except ValueError:
        raise WaiverError(
            f"{where}: expires is {fields['expires']!r}, must be a date such as 2027-03-31"
        ) from None
    if expires - dt.date.today() > dt.timedelta(days=LONGEST):  # noqa: DTZ011 - a reviewer's own calendar
        raise WaiverError(f"{where}: expires {expires} is more than {LONGEST} days away")
    texts = {key: value for key, value in fields.items() if key != "expires"}
    return Waiver(**texts, expires=expires, line=node.start_mark.line + 1)


def covering(waivers: Iterable[Waiver], policy: str, urn: str, today: dt.date) -> Waiver | None:
    """The waiver in force for a finding."""
    return next((one for one in waivers if one.covers(policy, urn) and today <= one.expires), None)


def own_findings(
    waivers: Iterable[Waiver], used: Collection[Waiver], stack: str, urn: str, today: dt.date
) -> list[Finding]:
    """What is wrong with the waivers themselves, on the stack's own resource."""
    found: list[Finding] = []
    for one in waivers:
        if one.stack not in ("", stack):
            continue
        what = f"line {one.line}: {one.policy} on …{one.resource}"
        if one.expires < today:
            found.append(_finding(EXPIRED, one, urn, f"{what} ended on {one.expires} ({one.owner})"))
        elif one not in used and one.stack:
            found.append(_finding(UNUSED, one, urn, f"{what} covers nothing in this stack"))
        elif one not in used:
            found.append(
                _finding(UNUSED, one, urn, f"{what} covers nothing here; name a stack if it is for another")
            )
    return found


def _finding(policy: Policy, waiver: Waiver, urn: str, message: str) -> Finding:
    file = FILE.as_posix()
    return Finding(
        policy=policy, level=policy.prod, urn=urn, path=file, message=message, line=(file, waiver.line)
    )
