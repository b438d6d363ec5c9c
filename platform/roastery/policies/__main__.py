"""The pack as Pulumi's engine starts it: `pulumi preview --policy-pack platform/roastery/policies`."""

from __future__ import annotations

import sys
from pathlib import Path

# The engine runs this folder as a script: its modules must not be taken for top-level ones.
sys.path[:] = [
    str(Path(__file__).resolve().parents[2]),
    *(one for one in sys.path if Path(one) != Path(__file__).parent),
]

from roastery.policies.analyzer import serve  # noqa: E402 - the path comes first

serve()
