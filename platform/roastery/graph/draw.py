"""A state's resources as one SVG."""

from __future__ import annotations

from collections.abc import Sequence

from roastery.graph.layout import lay_out
from roastery.graph.read import read
from roastery.graph.state import Resource
from roastery.graph.svg import render


def draw(resources: Sequence[Resource]) -> str:
    """The platform that a state describes, as an SVG document.

    Args:
        resources: of one stack, as `state.load` or `state.parse` gives them; at least one.

    Returns:
        The same bytes for the same resources: no time, no random number, no font and no request in it.
    """
    return render(lay_out(read(resources)))
