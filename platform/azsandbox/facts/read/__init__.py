"""How each table is read from its public sources, one module per table."""

from __future__ import annotations
