"""The steps are shown as they go: in a terminal in place, elsewhere line by line."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from ml.cli.headlines import headline
from ml.cli.progress import progress
from ml.local.contract import Event


def shown(*events: Event, terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None)
    with progress(["import", "preprocess"], console) as display:
        display.on_note("sales from a file")
        display.on_stage("loading it")
        for event in events:
            display.on_event(event)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def events(tmp_path: Path) -> list[Event]:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "lineage.json").write_text(json.dumps({"rows": 12_345}))
    return [
        Event(step="import", line="first run"),
        Event(step="import", seconds=0.5, line="1,000 rows read"),
        Event(step="import", state="done", seconds=1.25, outputs={"raw": tmp_path / "raw"}),
        Event(step="preprocess", line="new: horizon"),
        Event(step="preprocess", state="failed", seconds=2),
    ]


def test_without_a_terminal_each_change_is_a_line(events: list[Event]) -> None:
    assert shown(*events, terminal=False).splitlines() == [
        "sales from a file",
        "loading it",
        "import       running               first run",
        "import       done           1.2 s  12,345 rows",
        "preprocess   running               new: horizon",
        "preprocess   failed         2.0 s",
    ]


def test_in_a_terminal_every_step_is_shown_with_its_state(events: list[Event]) -> None:
    text = re.sub(r"\x1b\[[\d?]*[a-zA-Z]", "", shown(*events, terminal=True))
    last = [" ".join(line.split()) for line in text.splitlines()]
    assert "sales from a file" in last
    assert "import done 1.2 s 12,345 rows" in last
    assert "preprocess failed 2.0 s" in last


def test_a_running_step_shows_its_last_line(events: list[Event]) -> None:
    text = shown(*events[:2], terminal=True)
    assert "1,000 rows read" in text
    assert "waiting" in text


def test_a_step_without_figures_has_no_headline(tmp_path: Path) -> None:
    assert headline({"something": tmp_path}) == ""
