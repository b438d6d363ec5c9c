"""From what a drawing shows to where it is drawn: boxes, texts and lines on one page."""

from __future__ import annotations

from roastery.graph.layout.page import lay_out

__all__ = ["lay_out"]
