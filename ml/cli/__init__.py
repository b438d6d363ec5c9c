"""The commands of `roast` that run without a cloud."""

from __future__ import annotations

import typer

from ml.cli.lazy import add

COMMANDS = ("demo", "run", "forecast", "serve", "score", "data")


def register(app: typer.Typer) -> None:
    """Hangs the commands on `roast`."""
    for name in COMMANDS:
        add(app, name)
