"""Reads external state, as a step that queries a warehouse does."""

from __future__ import annotations

from .wiring import FETCH
from .work import FOLDER, run

run(FETCH, lambda _: int((FOLDER / "source").read_text()))
