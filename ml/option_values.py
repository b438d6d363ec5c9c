"""Bounds, defaults and names that options share with the code. Importing it imports nothing else."""

from __future__ import annotations

MAX_HORIZON = 24
"""Months after the last one of training: further out a forecast says nothing."""

MAX_STORES = 9999
"""Coffee shops that sample sales have at most."""

MAX_ROWS = 10_000
"""Rows that one request for forecasts has at most."""

BATCH = 1000
"""Rows per request that the client sends by default."""

COMPLETEJOURNEY = "completejourney"
"""The name of the public data set."""
