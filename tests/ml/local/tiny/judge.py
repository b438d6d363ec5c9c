"""Judges against the champion, if there is one."""

from __future__ import annotations

from .wiring import JUDGE
from .work import read, run

run(JUDGE, lambda args: read(args.doubled) + (100 if args.champion else 0))
