"""The progress of a run: a live table in a terminal, a line per change elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ml.cli.headlines import headline
from ml.local.contract import Event

_STYLES = {"done": "green", "unchanged": "dim", "failed": "bold red", "stopped": "yellow", "running": "cyan"}


class Progress(AbstractContextManager["Progress"], Protocol):
    """Shows the events of a run."""

    def on_event(self, event: Event) -> None:
        """Shows a step's event."""
        ...

    def on_stage(self, text: str) -> None:
        """Shows what is being done for a step before its process starts."""
        ...

    def on_note(self, text: str) -> None:
        """Shows something that stays."""
        ...


def progress(steps: Iterable[str], console: Console) -> Progress:
    """The display that suits the console."""
    return _Live(list(steps), console) if console.is_terminal else _Lines(console)


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def on_stage(self, text: str) -> None:
        self._print(text)

    def on_note(self, text: str) -> None:
        self._print(text)

    def on_event(self, event: Event) -> None:
        if event.state is not None:
            result = headline(event.outputs)
            self._print(f"{event.step:<12} {event.state:<10} {event.seconds:7.1f} s  {result}".rstrip())
        elif not event.seconds:
            self._print(f"{event.step:<12} {'running':<10} {'':>9}  {event.line}".rstrip())

    def _print(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)


class _Live:
    def __init__(self, steps: list[str], console: Console) -> None:
        self._rows: dict[str, tuple[str, str, str]] = dict.fromkeys(steps, ("waiting", "", ""))
        self._stage = ""
        self._live = Live(self._table(), console=console, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stage = ""
        self._live.update(self._table(), refresh=True)
        self._live.__exit__(kind, error, trace)

    def on_stage(self, text: str) -> None:
        self._stage = text
        self._live.update(self._table())

    def on_note(self, text: str) -> None:
        self._live.console.print(Text(text), soft_wrap=True)

    def on_event(self, event: Event) -> None:
        self._stage = ""
        text = event.line if event.state is None else headline(event.outputs)
        seconds = f"{event.seconds:.1f} s" if event.seconds else ""
        self._rows[event.step] = (event.state or "running", seconds, text)
        self._live.update(self._table())

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for justify in ("left", "left", "right", "left"):
            table.add_column(justify=justify, no_wrap=True, overflow="ellipsis")
        for name, (state, seconds, text) in self._rows.items():
            style = _STYLES.get(state, "dim")
            table.add_row(
                Text(name), Text(state, style), seconds, Text(text, "dim" if state == "running" else "")
            )
        if self._stage:
            table.add_row(Text(self._stage, "cyan"))
        return table
