"""Options that the commands share, and how they open a workspace and speak."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from roastery.jobs import client
from roastery.jobs.client import Workspace
from roastery.jobs.reference import WorkspaceReference

_errors = Console(stderr=True, highlight=False)

Stack = Annotated[str | None, typer.Option("--stack", "-s", help="Its outputs tell workspace and endpoint.")]
TargetOption = Annotated[
    str, typer.Option("--target", help="azure, or sandbox: a session that lasts as long as the command.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
# What Azure ML calls them in its own jobs, and the workflows in their pods.
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


@contextmanager
def workspace_of(target: str, stack: str | None, **given: str | None) -> Generator[Workspace]:
    with client.opened(target, stack, WorkspaceReference(**given)) as workspace:
        yield workspace


def tell(line: str) -> None:
    _errors.print(line, markup=False, soft_wrap=True)


def say(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(values) if as_json else text)
