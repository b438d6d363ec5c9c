"""Changes something that is no output, as a step that registers a model does."""

from __future__ import annotations

from argparse import Namespace

from .wiring import CROWN
from .work import SHOP, read, run


def _work(args: Namespace) -> int:
    number = read(args.verdict)
    (SHOP / "registry").write_text(str(number))
    return number


run(CROWN, _work)
