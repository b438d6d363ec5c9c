"""Compares with the champion, if there is one."""

from __future__ import annotations

from .wiring import EVALUATE
from .work import read, run

run(EVALUATE, lambda args: read(args.doubled) + (100 if args.champion else 0))
