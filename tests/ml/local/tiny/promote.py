"""Changes external state, as a step that registers a model does."""

from __future__ import annotations

from argparse import Namespace

from .wiring import PROMOTE
from .work import FOLDER, read, run


def _work(args: Namespace) -> int:
    number = read(args.verdict)
    (FOLDER / "registry").write_text(str(number))
    return number


run(PROMOTE, _work)
