"""The results of `make samples`: which refusals are reviewed, and the page of docs/ by service."""

from __future__ import annotations

import collections
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

import bicep

_PAGE = """\
# The specifications' examples in the sandbox

Written by `make samples` on {date}. The examples of Azure's REST specifications, as
github.com/Azure/bicep-types-az has them (commit {commit}), of every type that the sandbox models: {count}
different bodies, in all API versions. The official azure-mgmt client sends each of them to the sandbox's ARM
API: PUT, GET, PUT again, DELETE. What an example refers to is put in place first. No example makes it
fail; each refusal has a reviewed reason in `tests/campaigns/samples/refusals.yaml`:

- *invalid*: the example itself is not valid by Azure's documentation (placeholders, missing parts)
- *context*: it is valid only with settings of another resource, which the example does not show
- *converted*: the conversion to Bicep changed it
- *version*: the shape of an API version other than pulumi-azure-native's
- *retired*: Azure does not take it any more
"""


@dataclass
class Outcome:
    """What became of one sample."""

    sample: bicep.Sample
    step: str = "accepted"  # or the step that failed
    code: str = ""
    message: str = ""
    lost: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return self.step == "accepted"

    def describe(self) -> dict[str, Any]:
        return {
            "type": self.sample.kind,
            "version": self.sample.version,
            "title": self.sample.title,
            "step": self.step,
            "code": self.code,
            "message": self.message,
            "lost": self.lost,
        }


def reason(outcome: Outcome, reviewed: list[dict[str, str]]) -> dict[str, str] | None:
    """The reviewed entry that a refusal falls under; a crash falls under none."""
    if outcome.step.endswith("crash") or not outcome.step.startswith("PUT"):
        return None
    kind = outcome.sample.kind.lower()
    return next(
        (
            entry
            for entry in reviewed
            if kind.startswith(entry["type"]) and re.search(entry["says"], outcome.message)
        ),
        None,
    )


def _title(kind: str) -> str:
    """The namespace in one spelling: the examples have several."""
    namespace = kind.partition("/")[0]
    return namespace if namespace[0].isupper() else "Microsoft.Insights"


def page(outcomes: list[Outcome], reviewed: list[dict[str, str]]) -> str:
    """The results by service, as a page of docs/."""
    rows: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for outcome in outcomes:
        entry = reason(outcome, reviewed)
        kind = "accepted" if outcome.accepted else entry["kind"] if entry else "not reviewed"
        rows[_title(outcome.sample.kind)][kind] += 1
    columns = ["accepted", "invalid", "context", "converted", "version", "retired", "not reviewed"]
    total: collections.Counter[str] = sum(rows.values(), collections.Counter())
    lines = [_PAGE.format(date=dt.datetime.now(dt.UTC).date(), commit=bicep.COMMIT[:12], count=len(outcomes))]
    lines += [f"| service | examples | {' | '.join(columns)} |", "| --- " * (len(columns) + 2) + "|"]
    for service, counts in [*sorted(rows.items(), key=lambda row: row[0].lower()), ("all", total)]:
        numbers = " | ".join(str(counts[column]) for column in columns)
        lines.append(f"| {service} | {counts.total()} | {numbers} |")
    lines += ["", "The refusals and their reasons:", ""]
    for entry in reviewed:
        count = sum(reason(outcome, reviewed) is entry for outcome in outcomes if not outcome.accepted)
        if count:
            lines.append(f"- {entry['type'].removesuffix('.')} ({entry['kind']}, {count}): {entry['why']}")
    return "\n".join(lines) + "\n"
