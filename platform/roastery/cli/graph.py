"""`roast graph`: the platform as a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from roastery import files, graph, targets
from roastery.graph.errors import EmptyStateError
from roastery.graph.state import StateResource, load, parse


def register(root: typer.Typer) -> None:
    """Hang `graph` into the `roast` command."""
    root.command(name="graph")(draw)


def draw(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help="A stack that is up in the sandbox.")] = "",
    state: Annotated[
        Path | None,
        typer.Option(help="Instead: a file that pulumi stack export wrote. No credentials needed."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the SVG goes; default: standard output.")] = None,
) -> None:
    """Draw the platform from its state as one SVG: network, private links, services, cluster, identities."""
    if bool(stack) == bool(state):
        raise typer.BadParameter("give either --stack NAME, for the sandbox, or --state FILE")
    svg = graph.draw_platform(load(state) if state else _in_sandbox(stack))
    if out is None:
        sys.stdout.write(svg)
    else:
        files.write(out, svg)
        typer.echo(f"drew {state or stack} to {out}", err=True)


def _in_sandbox(stack: str) -> list[StateResource]:
    resources = targets.find().resources(stack)
    if not resources:
        raise EmptyStateError(
            f"stack {stack} is not up in the sandbox", f"run roast sandbox up --stack {stack} first"
        )
    return parse(resources, source=f"the sandbox's state of {stack}")
