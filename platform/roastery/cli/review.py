"""`roast preview`: what a change does to stacks, for its reviewers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from roastery import targets
from roastery.files import write
from roastery.review.format import format_comment, format_summary, json_object
from roastery.review.run import review_stack


def register(root: typer.Typer) -> None:
    """Hang `preview` into the `roast` command."""
    root.command(name="preview")(preview)


def preview(
    *,
    stack: Annotated[list[str], typer.Option("--stack", "-s", help="The stack; may be given several times.")],
    base: Annotated[str, typer.Option(help="The commit, tag or branch to compare with.")] = "origin/main",
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write a comment for a pull request here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
) -> None:
    """Show what the working tree does to stacks that stand as a base commit declares them; no credentials."""
    target = targets.find()
    reviews = [review_stack(target, name, base, lambda text: typer.echo(text, err=True)) for name in stack]
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
