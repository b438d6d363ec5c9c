"""What can go wrong with a drawing.

GraphError          the state can't be read; exit code 2, as for any wrong file
└── EmptyStateError the state has no resources
"""

from __future__ import annotations

from roastery.errors import RoasteryError


class GraphError(RoasteryError):
    """The file named is not a readable state."""

    exit_code = 2


class EmptyStateError(GraphError):
    """The state has no resources."""
