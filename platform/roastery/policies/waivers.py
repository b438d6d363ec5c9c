"""Waivers: findings that reviewers accept until a date, in one file, each with a reason and an owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from roastery.errors import RoasteryError
from roastery.policies.model import EnforcementLevel, Policy, PolicyFinding, Severity

FILE = Path("stacks", "policy-waivers.yaml")
_KEYS = ("policy", "resource", "reason", "owner", "expires")
LONGEST = 365
"""Days that a waiver may last from today: a longer exception belongs in the policy's settings."""


class WaiverError(RoasteryError):
    """The waivers file is wrong; the message names file and line."""

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
    stack: str = ""  # every stack when empty
    file: str = FILE.as_posix()

    def covers(self, policy: str, urn: str) -> bool:
        stack = urn.split(":")[2] if urn.startswith("urn:pulumi:") else ""
        return policy == self.policy and self.stack in ("", stack) and self._names(urn)

    def _names(self, urn: str) -> bool:
        """Whether the URN ends with the resource, in whole parts: `st` does not match `test`."""
        before = urn.removesuffix(self.resource)
        whole = not before or before.endswith((":", "$")) or self.resource.startswith((":", "$"))
        return before != urn and whole

    def describe(self) -> str:
        return f"waived until {self.expires} by {self.owner}: {self.reason}"


EXPIRED = Policy(
    id="waiver-expired",
    title="No waiver has expired",
    reason="An expired exception must be reviewed again.",
    fix="Repair the finding and remove the waiver, or have a reviewer extend it.",
    severity=Severity.HIGH,
    dev=EnforcementLevel.MANDATORY,
    prod=EnforcementLevel.MANDATORY,
)
UNUSED = Policy(
    id="waiver-unused",
    title="Every waiver covers a finding",
    reason="A waiver that covers nothing can hide a later finding.",
    fix="Remove the waiver.",
    severity=Severity.LOW,
    dev=EnforcementLevel.ADVISORY,
    prod=EnforcementLevel.ADVISORY,
)
POLICIES = (EXPIRED, UNUSED)


def find(start: Path) -> Path | None:
    """The waivers file of the project that a folder belongs to."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if (folder / "Pulumi.yaml").is_file():
            return None
    return None


def shown(file: Path) -> str:
    """How findings name a file: relative to the project's folder or the working folder, if inside."""
    here = file.resolve()
    for folder in (*here.parents, Path.cwd()):
        if (folder / "Pulumi.yaml").is_file() or folder == Path.cwd():
            return here.relative_to(folder).as_posix() if here.is_relative_to(folder) else file.as_posix()
    return file.as_posix()


def load(file: Path | None, known: Collection[str], name: str = FILE.as_posix()) -> list[Waiver]:
    """The waivers of a file, which findings call `name`; an empty list without a file.

    Raises:
        WaiverError: the file is wrong; the message names the line.
    """
    if file is None:
        return []
    import yaml  # noqa: PLC0415 - most runs have no waivers, and every preview waits for the pack to start

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
    return [_waiver(file, node, known, name) for node in top["waivers"].value]


def _waiver(file: Path, node: Any, known: Collection[str], name: str) -> Waiver:
    where = f"{file}:{node.start_mark.line + 1}"
    if not hasattr(node, "value") or not isinstance(node.value, list):
        raise WaiverError(f"{where}: a waiver has the keys {', '.join(_KEYS)}")
    fields = {str(key.value): str(value.value) for key, value in cast("list[tuple[Any, Any]]", node.value)}
    missing = [key for key in _KEYS if not fields.get(key, "").strip()]
    unknown = set(fields) - {*_KEYS, "stack"}
    if missing:
        raise WaiverError(f"{where}: {', '.join(missing)} must be set")
    if unknown:
        raise WaiverError(
            f"{where}: unknown key {', '.join(sorted(unknown))}, must be one of {', '.join(_KEYS)}, stack"
        )
    if fields["policy"] not in known:
        raise WaiverError(f"{where}: {fields['policy']!r} is not a policy; docs/policies.md lists them")
    try:
        expires = dt.date.fromisoformat(fields["expires"])
    except ValueError:
        raise WaiverError(
            f"{where}: expires is {fields['expires']!r}, must be a date such as 2027-03-31"
        ) from None
    if expires - dt.date.today() > dt.timedelta(days=LONGEST):  # noqa: DTZ011 - the local date
        raise WaiverError(f"{where}: expires {expires} is more than {LONGEST} days away")
    texts = {key: value for key, value in fields.items() if key != "expires"}
    return Waiver(**texts, expires=expires, line=node.start_mark.line + 1, file=name)


def covering(waivers: Iterable[Waiver], policy: str, urn: str, today: dt.date) -> Waiver | None:
    """The waiver that covers a finding today."""
    return next(
        (waiver for waiver in waivers if waiver.covers(policy, urn) and today <= waiver.expires), None
    )


def own_findings(
    waivers: Iterable[Waiver], used: Collection[Waiver], stack: str, urn: str, today: dt.date
) -> list[PolicyFinding]:
    """Findings about the waivers themselves, reported on the stack resource."""
    findings: list[PolicyFinding] = []
    for waiver in waivers:
        if waiver.stack not in ("", stack):
            continue
        what = f"line {waiver.line}: {waiver.policy} on …{waiver.resource}"
        if waiver.expires < today:
            findings.append(
                _finding(EXPIRED, waiver, urn, f"{what} expired on {waiver.expires} ({waiver.owner})")
            )
        elif waiver not in used and waiver.stack:
            findings.append(_finding(UNUSED, waiver, urn, f"{what} covers nothing in this stack"))
        elif waiver not in used:
            findings.append(
                _finding(
                    UNUSED,
                    waiver,
                    urn,
                    f"{what} covers nothing in this stack; set its stack if it is meant for another one",
                )
            )
    return findings


def _finding(policy: Policy, waiver: Waiver, urn: str, message: str) -> PolicyFinding:
    return PolicyFinding(
        policy=policy,
        level=policy.prod,
        urn=urn,
        path=waiver.file,
        message=message,
        line=(waiver.file, waiver.line),
    )
