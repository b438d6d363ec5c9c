"""`python -m azsandbox.coverage` writes docs/sandbox-coverage.md; `--unproven` lists claims without proof."""

from __future__ import annotations

import sys

from azsandbox.coverage.page import unproven, write

if "--unproven" in sys.argv:
    print("\n".join(unproven()))  # noqa: T201 - the command's output
else:
    write()
