"""`roast stack …`: what a change does to stacks, for its reviewers, and the platform as a picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roastery.cli.options import Json, Markdown, Stack, Stacks, StateFile, print_progress

if TYPE_CHECKING:
    from roastery.graph.state import StateResource


def preview(
    *,
    stack: Stacks,
    base: Annotated[str, typer.Option(help="The commit, tag or branch to compare with.")] = "origin/main",
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:
    """Show what the working tree changes in stacks deployed from a base commit; no credentials needed."""
    from roastery import targets
    from roastery.files import write
    from roastery.review.format import format_comment, format_summary, json_object
    from roastery.review.run import review_stack

    target = targets.find()
    reviews = [review_stack(target, name, base, print_progress) for name in stack]
    if markdown:
        write(markdown, format_comment(reviews, base))
    if as_json:
        typer.echo(json.dumps({review.stack: json_object(review) for review in reviews}))
    elif not markdown:
        typer.echo(format_comment(reviews, base))
    else:
        for review in reviews:
            typer.echo(f"{review.stack}: {format_summary(review)}")
    raise typer.Exit(1 if any(review.errors for review in reviews) else 0)


def graph(
    *,
    stack: Stack = None,
    state: StateFile = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the SVG is written; by default standard output.")
    ] = None,
) -> None:
    """Draw the platform from its state as one SVG: network, private links, services, cluster, identities."""
    from roastery import files
    from roastery.graph import draw_platform
    from roastery.graph.state import load

    if bool(stack) == bool(state):
        raise typer.BadParameter("give either --stack NAME, for the sandbox, or --state FILE")
    svg = draw_platform(load(state) if state else _sandbox_resources(stack or ""))
    if out is None:
        sys.stdout.write(svg)
    else:
        files.write(out, svg)
        print_progress(f"drew {state or stack} to {out}")


def _sandbox_resources(stack: str) -> list[StateResource]:
    from roastery import targets
    from roastery.graph.errors import EmptyStateError
    from roastery.graph.state import parse

    resources = targets.find().resources(stack)
    if not resources:
        raise EmptyStateError(
            f"stack {stack} is not deployed in the sandbox", f"run roast sandbox up --stack {stack} first"
        )
    return parse(resources, source=f"the sandbox's state of {stack}")
