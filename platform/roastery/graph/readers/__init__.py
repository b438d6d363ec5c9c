"""From a state's resources to what a drawing shows; each reader marks the resources it has read as drawn."""

from __future__ import annotations

from roastery.graph.readers.drawing import read_drawing

__all__ = ["read_drawing"]
