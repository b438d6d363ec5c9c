"""Imports a module of its own."""

from __future__ import annotations

from .arithmetic import twice
from .wiring import DOUBLE
from .work import read, run

run(DOUBLE, lambda args: twice(read(args.rows)) * args.factor)
