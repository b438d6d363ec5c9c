"""An estimate as text, Markdown, JSON, and the price list that it needs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from roastery.cost.estimate import CostChange, CostEstimate, PricedLine, total
from roastery.cost.model import Quantities
from roastery.cost.prices import COLUMNS

NO_PRICE = "no price"


@dataclass(frozen=True, kw_only=True)
class _Row:
    """All lines of one meter in one region."""

    what: str
    resources: str
    quantity: str
    minimum: Decimal | None
    maximum: Decimal | None


def _rows(estimate: CostEstimate) -> Iterator[_Row]:
    groups: dict[tuple[str, str, str], list[PricedLine]] = {}
    for each in estimate.lines:
        meter = each.line.meter
        groups.setdefault((meter.key, meter.sku, each.line.region), []).append(each)
    for (meter, sku, _), lines in groups.items():
        names = [each.line.resource for each in lines]
        shown = names[0] if len(names) == 1 else f"{len(names)} resources"
        notes = sorted({each.line.note for each in lines if each.line.note})
        priced = all(each.priced for each in lines)
        yield _Row(
            what=f"{meter} {sku}" if sku not in meter else meter,
            resources=f"{shown} ({'; '.join(notes)})" if notes else shown,
            quantity=_quantity(lines),
            minimum=total(each.minimum for each in lines) if priced else None,
            maximum=total(each.maximum for each in lines) if priced else None,
        )


def _quantity(lines: Sequence[PricedLine]) -> str:
    """`730 Hour`, `0 to 2190 Hour`: how much is billed."""
    low, high = total(each.line.minimum for each in lines), total(each.line.maximum for each in lines)
    amount = f"{low:.0f}" if f"{low:.0f}" == f"{high:.0f}" else f"{low:.0f} to {high:.0f}"
    return f"{amount} {lines[0].line.meter.unit}".strip()


def money(low: Decimal | None, high: Decimal | None) -> str:
    """`12.30`, `12.30 to 45.00`, or that there is no price."""
    if low is None or high is None:
        return NO_PRICE
    return f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}"


def _sum(estimate: CostEstimate) -> str:
    amount = f"{money(estimate.minimum, estimate.maximum)} {estimate.currency}".strip()
    missing = len({(each.line.meter.key, each.line.meter.sku) for each in estimate.unpriced})
    words = "1 meter has" if missing == 1 else f"{missing} meters have"
    return f"{amount}, incomplete: {words} no price" if missing else amount


def _remarks(estimate: CostEstimate) -> Iterator[str]:
    quantities = estimate.quantities
    yield "Assumed: " + ", ".join(f"{name} {value:g}" for name, value in quantities.assumptions.described())
    if quantities.left_out:
        yield f"Not estimated, billed by use: {', '.join(quantities.left_out)}"
    yield (
        "Not estimated: Snowflake, load balancers and disks that Kubernetes makes, operations on storage, "
        "data transfer between regions, support, taxes"
    )


def plain(estimate: CostEstimate) -> Iterator[str]:
    """Lines for a terminal."""
    rows = list(_rows(estimate))
    width = max((len(row.what) for row in rows), default=0)
    for row in rows:
        yield f"{row.what:{width}}  {money(row.minimum, row.maximum):>22}  {row.resources}"
    yield f"{'per month':{width}}  {_sum(estimate)}"
    yield from _remarks(estimate)
    yield f"Prices: {estimate.source}"


def markdown(estimates: Sequence[CostEstimate]) -> str:
    """A table with a column for each stack."""
    tables = [{row.what: row for row in _rows(estimate)} for estimate in estimates]
    stacks = [estimate.quantities.stack for estimate in estimates]
    lines = [
        f"| per month, {estimates[0].currency} | {' | '.join(stacks)} | of |",
        f"|---|{'---:|' * len(stacks)}---|",
    ]
    # By name: the order of a state is that in which Azure was ready.
    for what in sorted({name for table in tables for name in table}):
        cells = [_cell(table.get(what)) for table in tables]
        lines.append(f"| {what} | {' | '.join(cells)} | {_of(what, stacks, tables)} |")
    lines.append(f"| **total** | {' | '.join(f'**{_sum(each)}**' for each in estimates)} | |")
    stacks_of: dict[str, list[str]] = {}
    for stack, each in zip(stacks, estimates, strict=True):
        for remark in _remarks(each):
            stacks_of.setdefault(remark, []).append(stack)
    remarks = [
        f"- {remark}" if names == stacks else f"- {', '.join(names)}: {remark}"
        for remark, names in stacks_of.items()
    ]
    sources = dict.fromkeys(each.source for each in estimates)
    return "\n".join([*lines, "", *remarks, f"- Prices: {', '.join(sources)}"]) + "\n"


def _of(what: str, stacks: Sequence[str], tables: Sequence[dict[str, _Row]]) -> str:
    """The resources; by stack where they differ."""
    of = {stack: table[what].resources for stack, table in zip(stacks, tables, strict=True) if what in table}
    if len(set(of.values())) == 1:
        return next(iter(of.values()))
    return "; ".join(f"{stack}: {resources}" for stack, resources in of.items())


def _cell(row: _Row | None) -> str:
    """The amount; without a price, the quantity that the reader has to price."""
    if row is None:
        return ""
    amount = money(row.minimum, row.maximum)
    return f"{row.quantity}, {NO_PRICE}" if amount == NO_PRICE else amount


def markdown_changes(changes: Iterable[CostChange], currency: str) -> str:
    """A table of what a change costs, for a pull request; empty if it costs nothing."""
    rows = [f"| {each.resource} | {_side(each.before)} | {_side(each.after)} |" for each in changes]
    return (
        "\n".join([f"| per month, {currency} | before | after |", "|---|---:|---:|", *rows]) + "\n"
        if rows
        else ""
    )


def _side(amounts: tuple[Decimal, Decimal] | None) -> str:
    return money(*amounts) if amounts else ""


def as_json(estimate: CostEstimate) -> dict[str, Any]:
    """The whole estimate; amounts are text, so that no digit is lost."""

    def amount(value: Decimal | None) -> str | None:
        return None if value is None else f"{value:.2f}"

    return {
        "stack": estimate.quantities.stack,
        "currency": estimate.currency,
        "prices": estimate.source,
        "minimum": amount(estimate.minimum),
        "maximum": amount(estimate.maximum),
        "complete": not estimate.unpriced,
        "assumptions": dict(estimate.quantities.assumptions.described()),
        "not_estimated": list(estimate.quantities.left_out),
        "lines": [
            {
                "resource": each.line.resource,
                "meter": each.line.meter.key,
                "sku": each.line.meter.sku,
                "region": each.line.region,
                "unit": each.line.meter.unit,
                "minimum_quantity": str(each.line.minimum),
                "maximum_quantity": str(each.line.maximum),
                "minimum": amount(each.minimum),
                "maximum": amount(each.maximum),
                "note": each.line.note,
            }
            for each in estimate.lines
        ],
    }


def template(quantities: Sequence[Quantities]) -> str:
    """A price list with every meter of these stacks and no price."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    keys = dict.fromkeys(
        (line.meter.key, line.meter.sku, line.region, line.meter.unit)
        for each in quantities
        for line in each.lines
    )
    for meter, sku, region, unit in keys:
        measure = f"1 {unit}" if unit not in {"Day", "Month", ""} else f"1/{unit}" if unit else "10K"
        writer.writerow((meter, sku, region, measure, "", "USD"))
    return text.getvalue()
