"""Commands for what is run rather than declared: jobs, promotions, questions, drift."""

from __future__ import annotations

import typer

from roastery.cli.jobs.ask import ask
from roastery.cli.jobs.monitor import monitor, status
from roastery.cli.jobs.promote import promote, rollback
from roastery.cli.jobs.submit import cancel, submit


def register(root: typer.Typer) -> None:
    """Hang the commands into `roast`."""
    for command in (submit, cancel, promote, rollback, ask, monitor, status):
        root.command()(command)
