"""`roast preview`: what a change does to stacks, for its reviewers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from roastery import targets
from roastery.files import write
from roastery.review.changes import Review
from roastery.review.run import review
from roastery.review.words import comment, summary


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
    reviews = [review(target, one, base, lambda text: typer.echo(text, err=True)) for one in stack]
    if markdown:
        write(markdown, comment(reviews, base))
    if as_json:
        typer.echo(json.dumps({one.stack: _plain(one) for one in reviews}))
    elif not markdown:
        typer.echo(comment(reviews, base))
    else:
        for one in reviews:
            typer.echo(f"{one.stack}: {summary(one)}")
    raise typer.Exit(1 if any(one.errors for one in reviews) else 0)


def _plain(one: Review) -> dict[str, object]:
    return {
        "summary": summary(one),
        "changes": [
            {"operation": c.operation, "type": c.type, "name": c.name, "properties": list(c.properties)}
            for c in one.changes
        ],
        "doors_opened": list(one.doors_opened),
        "roles_added": [f"{r.who}: {r.role} on {r.scope}" for r in one.rights_added],
        "findings_new": [f"{f.policy.id}: {f.message}" for f in one.findings_new],
        "errors": list(one.errors),
        "unchanged": one.same,
    }
