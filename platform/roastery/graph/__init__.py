"""The platform as a picture: state → what is drawn (`readers`) → where it is drawn (`layout`) → SVG.

Everything drawn comes from a state and nothing from the program, so that any other stack can be drawn, too.
Resources of types that no reader knows are counted at the foot of the drawing.
"""

from __future__ import annotations

from roastery.graph.draw import draw_platform

__all__ = ["draw_platform"]
