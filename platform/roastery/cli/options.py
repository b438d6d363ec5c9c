"""Options that several commands have, declared once, and how commands print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

_STACK = "The stack, of file Pulumi.<stack>.yaml; its outputs name workspace and endpoint."

Stack = Annotated[str | None, typer.Option("--stack", "-s", help=_STACK)]
Stacks = Annotated[list[str], typer.Option("--stack", "-s", help=f"{_STACK} May be given several times.")]
TargetName = Annotated[
    str, typer.Option("--target", help="azure, or sandbox: a session that lasts as long as the command.")
]
# The variables are what Azure ML calls them in its own jobs, and the workflows in their pods.
Subscription = Annotated[
    str | None, typer.Option(envvar="AZUREML_ARM_SUBSCRIPTION", help="Instead of the stack's.")
]
Group = Annotated[
    str | None,
    typer.Option(envvar="AZUREML_ARM_RESOURCEGROUP", help="Resource group, instead of the stack's."),
]
WorkspaceName = Annotated[
    str | None,
    typer.Option("--workspace", envvar="AZUREML_ARM_WORKSPACE_NAME", help="Instead of the stack's."),
]
Endpoint = Annotated[
    str | None,
    typer.Option(envvar="ROAST_ENDPOINT", help="Instead of the stack's, or of the workspace's only one."),
]
Rows = Annotated[
    Path | None,
    typer.Option(help="File with the body of a request; by default, rows of the model's own stores."),
]
StateFile = Annotated[
    Path | None,
    typer.Option("--state", help="Instead: a file of `pulumi stack export`; no credentials needed."),
]
Markdown = Annotated[
    Path | None, typer.Option("--markdown", help="Write it as Markdown here, for a pull request.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]


def print_progress(line: str) -> None:
    """A line on standard error."""
    typer.echo(line, err=True)


def print_result(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    """The result on standard output."""
    typer.echo(json.dumps(values) if as_json else text)
