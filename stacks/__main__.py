"""`pulumi up` starts here: config first, then the platform."""

from __future__ import annotations

import sys
from pathlib import Path

# Pulumi runs this folder as a script, so its own parent is not on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stacks.config import StackConfig

config = StackConfig.load()

# Only now: the Azure SDK takes seconds to import, and a typo in the stack file should not wait for it.
from stacks.program import declare  # noqa: E402

declare(config)
