"""A state's resources as one SVG document."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.graph.layout import lay_out
from roastery.graph.readers import read_drawing
from roastery.graph.state import StateResource
from roastery.graph.svg import render


def draw_platform(resources: Sequence[StateResource]) -> str:
    """The platform that a state describes, as an SVG document.

    Args:
        resources: of one stack, as `state.load` or `state.parse` returns them; at least one.

    Returns:
        The same bytes for the same resources: no time stamp, no random number, no font and no request in it.
    """
    return render(lay_out(read_drawing(resources)))
