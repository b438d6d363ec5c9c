"""`python -m azsandbox …`."""

from __future__ import annotations

from azsandbox.cli import main

main()
