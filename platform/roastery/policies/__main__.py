"""Entry point for Pulumi's engine: `pulumi preview --policy-pack platform/roastery/policies`."""

from __future__ import annotations

import sys
from pathlib import Path

# The engine runs this folder as a script: its modules must not be importable as top-level ones.
sys.path[:] = [
    str(Path(__file__).resolve().parents[2]),
    *(entry for entry in sys.path if Path(entry) != Path(__file__).parent),
]

from roastery.policies.analyzer import serve  # noqa: E402 - sys.path must be set first

serve()
