"""The platform as a picture: state → what to draw (`reading`) → where (`layout`) → SVG.

Everything drawn comes from a state, none of it from the program: a stack that someone else wrote is drawn
the same way, and what the drawing does not know is counted at its foot.
"""

from __future__ import annotations

from roastery.graph.draw import draw

__all__ = ["draw"]
