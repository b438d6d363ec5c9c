"""How commands print their result."""

from __future__ import annotations

import json
from typing import Any

import typer


def report(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    """The result of a command on standard output."""
    typer.echo(json.dumps(values) if as_json else text)
