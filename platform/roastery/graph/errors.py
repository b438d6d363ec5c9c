"""What can go wrong with a drawing.

GraphError          the state can't be read; exit code 2, as for any wrong file
└── EmptyStateError there is nothing to draw
"""

from __future__ import annotations

from roastery.errors import RoasteryError


class GraphError(RoasteryError):
    """The state that was named is none."""

    exit_code = 2


class EmptyStateError(GraphError):
    """The state holds no resource."""
