"""`roast cost`: what a stack costs per month."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roastery.cli.options import Json, Markdown, StateFile, print_progress
from roastery.cli.states import NothingToCheckError, read_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roastery.cost.estimate import CostEstimate
    from roastery.cost.model import Assumptions, Quantities
    from roastery.policies.model import DeclaredStack


def cost(
    *,
    stack: Annotated[
        list[str] | None, typer.Option("--stack", "-s", help="The stack; several make a table.")
    ] = None,
    state_file: StateFile = None,
    no_up: Annotated[bool, typer.Option("--no-up", help="Take the sandbox's state as it is.")] = False,
    prices: Annotated[
        Path | None,
        typer.Option(
            help="Price list, CSV or JSON: meter, sku, region, unit, price, currency. Default: Azure's "
            "public list prices, from prices.azure.com."
        ),
    ] = None,
    currency: Annotated[str, typer.Option(help="Of the public list prices.")] = "USD",
    assume: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE of what no state knows; may be given several times.")
    ] = None,
    before: Annotated[
        Path | None, typer.Option(help="State before a change: show what the change costs instead.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write a price list with the meters of the stack, to fill in.")
    ] = None,
    markdown_file: Markdown = None,
    as_json: Json = False,
) -> None:
    """Estimate what a stack costs per month, at least and at most, from its state and a price list."""
    from roastery.cost import report
    from roastery.cost.model import Assumptions
    from roastery.files import write

    assumptions = Assumptions.of(assume or [])
    stacks: Sequence[str | None] = stack or [None]
    if len(stacks) > 1 and (state_file or before):
        raise NothingToCheckError("--state and --before are of one stack", "name one --stack")
    states = [read_state(name, state_file, no_up=no_up, quiet=as_json) for name in stacks]
    counted = [_count(state, assumptions) for state in states]
    earlier = [_count(read_state(None, before, no_up=True, quiet=True), assumptions)] if before else []
    if template:
        write(template, report.template(counted))
        print_progress(f"wrote {template}: fill in its prices, then --prices {template}")
        return
    estimates = _priced([*earlier, *counted], prices, currency.upper())
    if earlier:
        _print_change(estimates[0], estimates[1], markdown_file, as_json=as_json)
        return
    if markdown_file:
        write(markdown_file, report.markdown(estimates))
    if as_json:
        content = [report.as_json(each) for each in estimates]
        typer.echo(json.dumps(content if len(content) > 1 else content[0]))
        return
    for each in estimates:
        if len(estimates) > 1:
            typer.echo(f"{each.quantities.stack}:")
        for line in report.plain(each):
            typer.echo(line)


def _count(state: DeclaredStack, assumptions: Assumptions) -> Quantities:
    from roastery.cost.quantities import quantities

    counted = quantities(state, assumptions)
    if not counted.lines:
        raise NothingToCheckError(
            f"the state of {counted.stack} has nothing that Azure bills", "take one after pulumi up"
        )
    return counted


def _priced(counted: Sequence[Quantities], file: Path | None, currency: str) -> list[CostEstimate]:
    from roastery.cost import prices, retail
    from roastery.cost.estimate import estimate

    if file is not None:
        listed = prices.load(file)
    else:
        listed = retail.fetch([line for each in counted for line in each.lines], currency, print_progress)
    return [estimate(each, listed) for each in counted]


def _print_change(before: CostEstimate, after: CostEstimate, file: Path | None, *, as_json: bool) -> None:
    from roastery.cost import report
    from roastery.cost.estimate import changes
    from roastery.files import write

    differences = changes(before, after)
    if file:
        write(file, report.markdown_changes(differences, after.currency))
    if as_json:
        typer.echo(json.dumps({"before": report.as_json(before), "after": report.as_json(after)}))
        return
    for each in differences:
        sides = [report.money(*amounts) if amounts else "-" for amounts in (each.before, each.after)]
        typer.echo(f"{each.resource}: {sides[0]} -> {sides[1]} {after.currency}")
    totals = [report.money(each.minimum, each.maximum) for each in (before, after)]
    note = " (incomplete: some meters have no price)" if before.unpriced or after.unpriced else ""
    typer.echo(f"per month: {totals[0]} -> {totals[1]} {after.currency}{note}")
