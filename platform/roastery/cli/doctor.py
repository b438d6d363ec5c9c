"""`roast doctor`: what must stand before the first deployment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from roastery.cli.options import Json

_TARGET = "local: this machine; azure: the subscription, with your sign-in; sandbox: the same checks offline."


def doctor(
    *,
    target: Annotated[str, typer.Option("--target", help=_TARGET)] = "local",
    stack: Annotated[
        str | None, typer.Option("--stack", "-s", help="The stack, of file Pulumi.<stack>.yaml.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a deployment lacks on this machine or in Azure, and what to type."""
    from roastery.doctor.report import format_line, format_summary, json_object
    from roastery.doctor.run import TARGETS, examine, exit_code, opened

    if target not in TARGETS:
        raise typer.BadParameter(f"--target {target}: choose one of {', '.join(TARGETS)}")
    lines = []
    with opened(target, _project(), stack) as (checks, examination):
        for line in examine(checks, examination):
            lines.append(line)
            if not as_json:
                typer.echo(format_line(line))
    if as_json:
        typer.echo(json.dumps(json_object(lines, target=target, stack=stack)))
    else:
        typer.echo(format_summary(lines))
    raise typer.Exit(exit_code(lines))


def _project() -> Path:
    """The folder with Pulumi.yaml, here or above; else the working directory."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), here)
