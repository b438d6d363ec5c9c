"""The sections about evidence: constraints of specifications, recorded exchanges, the held-out set."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from azsandbox.arm import laws
from azsandbox.cases.model import AZURE, Case
from azsandbox.facts import table as facts_table
from azsandbox.schema.specifications import newer
from azsandbox.schema.specifications import table as constraints_table
from azsandbox.services import all_types

_MUTUAL: dict[type[laws.Law], str] = {
    laws.Needs: "demand another field",
    laws.Feature: "demand a value of another field",
    laws.Conflicts: "exclude another field",
    laws.ExactlyOne: "take exactly one of several",
    laws.AtLeastOne: "take at least one of several",
    laws.Ordered: "are not above another field",
}
RECORDED = "recorded"  # the folder of cases that are distilled from recorded exchanges

_RECORDED = """\
They are in the public recordings of azure-service-operator, azure-cli and azure-cli-extensions; each is
written anew as a case with its recording and date. What was accepted is accepted and answered alike, what was
refused is refused."""
_HELD_OUT = """\
Cases written from public documentation by somebody who did not look at the rules, and measured before anybody
mended what they show: everyday mistakes that have to be refused, valid configurations that have to be
accepted. A set that was looked at since is marked as seen."""


def constraints() -> Iterator[str]:
    table = constraints_table.shared()
    yield "## Constraints of Azure's specifications\n"
    yield "Read by `python -m azsandbox.specifications` from Bicep's resource types and published clients, on"
    yield f"{table.date}, and matched with pulumi-azure-native {table.sdk}. Names of resources count too."
    if table.outdated:
        yield f"**Out of date:** {table.outdated}."
    yield "\n| service | constraints | sources |"
    yield "|---|---|---|"
    for module, counts in table.count():
        kinds = ", ".join(
            f"{number} {constraints_table.KINDS[kind]}" for kind, number in sorted(counts.items())
        )
        yield f"| {module} | {kinds or 'none'} | {', '.join(table.sources.get(module, [])) or 'none found'} |"
    yield "\nThat fields demand or exclude each other is published as sentences only, in the documentation"
    yield f"and the SDK's docstrings; what of it is declared: {_mutual()}."
    yield "\nA value that Azure takes although no published list holds it:\n"
    for name, exemption in sorted(newer.EXEMPTIONS.items()):
        yield f"- `{name}`: `{exemption.pattern}` — {exemption.reason}"
    yield ""


def _mutual() -> str:
    """Laws about several fields, by kind."""
    types = all_types()
    kinds = Counter(type(law) for token in types.tokens for law in types.get(token).laws)
    return ", ".join(f"{kinds[kind]} {text}" for kind, text in _MUTUAL.items() if kinds[kind])


def facts() -> Iterator[str]:
    """The tables of facts: their size, source and age."""
    yield "## Facts\n"
    yield "Read by `python -m azsandbox.facts` from public repositories. A table older than 180 days is out"
    yield "of date: read it anew.\n"
    yield "| table | facts | of | out of date from | source |"
    yield "|---|---|---|---|---|"
    for name in facts_table.names():
        table = facts_table.load(name)
        source = table.source.replace("|", "\\|")
        yield f"| {name} | {table.count()} | {table.date} | {table.outdated_from} | {source} |"
    yield ""


def recorded(cases: Sequence[Case]) -> Iterator[str]:
    """How many exchanges with real subscriptions are cases, by type."""
    own = [case for case in cases if case.folder == RECORDED]
    by_type = Counter(_judged(case) for case in own)
    yield "## Recorded exchanges\n"
    yield f"{len(own)} exchanges with real subscriptions, over {len(by_type)} types.\n"
    yield f"{_RECORDED}\n"
    if by_type:
        yield "| type | exchanges |"
        yield "|---|---|"
        yield from (f"| {name} | {number} |" for name, number in sorted(by_type.items()))
    yield ""


def _judged(case: Case) -> str:
    return next(item.type for item in case.resources if item.id == case.at).removeprefix(AZURE)


def held_out(file: Path) -> Iterator[str]:
    """The measurements of cases that were written by somebody who did not look at the rules."""
    yield "## Held-out sets\n"
    yield f"{_HELD_OUT}\n"
    yield "| set | measured on | mistakes refused | of them in a preview | valid accepted | |"
    yield "|---|---|---|---|---|---|"
    for row in json.loads(file.read_text(encoding="utf-8")):
        refused, accepted = row["refused"], row["accepted"]
        share = f"{refused[0]} of {refused[1]} ({100 * refused[0] / refused[1]:.0f} %)"
        taken = f"{accepted[0]} of {accepted[1]} ({100 * accepted[0] / accepted[1]:.0f} %)"
        yield f"| {row['set']} | {row['date']} | {share} | {row['preview']} | {taken} | {row['note']} |"
    yield ""
