"""From a state's resources to what a drawing shows; each module takes its own from the ledger."""

from __future__ import annotations

from roastery.graph.read.platform import read

__all__ = ["read"]
