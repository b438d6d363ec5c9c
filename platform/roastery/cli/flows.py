"""`roast flows`: who must reach what, as whom, proved on a state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from roastery.cli.options import Json, Markdown, Stack, StateFile
from roastery.cli.states import read_state

BROKEN = 1


def flows(
    *,
    stack: Stack = None,
    state_file: StateFile = None,
    bootstrap_file: Annotated[
        Path | None, typer.Option("--bootstrap-state", help="State of the bootstrap: it grants rights too.")
    ] = None,
    no_up: Annotated[bool, typer.Option("--no-up", help="Take the sandbox's state as it is.")] = False,
    sarif_file: Annotated[Path | None, typer.Option("--sarif", help="Write SARIF 2.1.0 here.")] = None,
    markdown_file: Markdown = None,
    as_json: Json = False,
) -> None:
    """Prove on a state who reaches what, as whom; list the rules and roles that no flow needs."""
    from roastery.files import write
    from roastery.flows.prove.proof import prove
    from roastery.flows.reports import markdown, plain, sarif
    from roastery.policies import state

    bootstrap = state.read(bootstrap_file) if bootstrap_file else None
    report = prove(read_state(stack, state_file, no_up=no_up, quiet=as_json), bootstrap=bootstrap)
    if sarif_file:
        write(sarif_file, json.dumps(sarif.sarif(report), indent=1) + "\n")
    if markdown_file:
        write(markdown_file, markdown.markdown(report))
    if as_json:
        typer.echo(json.dumps(plain.as_json(report)))
    else:
        for line in plain.lines(report):
            typer.echo(line)
    raise typer.Exit(BROKEN if report.broken else 0)
