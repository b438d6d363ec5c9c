"""`roast bootstrap` runs this program; Pulumi starts it here."""

from __future__ import annotations

import sys
from pathlib import Path

# Pulumi runs this folder as a script, so its own parent is not on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pulumi

from stacks.config import StackConfig

config = StackConfig.of_file(pulumi.get_stack())

# Only now: the Azure SDK takes seconds to import, and a typo in the stack file should not wait for it.
from stacks.bootstrap.program import declare  # noqa: E402

declare(config, grant=bool(pulumi.Config().get_bool("grant")))
