"""Reads something that is no input, as a step that asks a warehouse does."""

from __future__ import annotations

from .wiring import FETCH
from .work import SHOP, run

run(FETCH, lambda _: int((SHOP / "source").read_text()))
