"""What the steps share: where the test watches and steers them, and how a number is kept."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from ml.spec import Step

SHOP = Path(os.environ["ROAST_SHOP"])


def run(step: Step, work: Callable[[Namespace], int]) -> None:
    """Notes that the step ran and how, writes half its output, does what the test says, writes the rest."""
    args = step.parser().parse_args()
    output = Path(vars(args)[step.outputs[0].name])
    with (SHOP / "ran").open("a") as ran:
        ran.write(step.name + "\n")
    (SHOP / f"argv-{step.name}").write_text("\0".join(sys.orig_argv))
    (SHOP / f"cwd-{step.name}").write_text(str(Path.cwd()))
    (SHOP / f"environment-{step.name}").write_text("\n".join(os.environ))
    Path("left-behind").touch()
    output.mkdir()
    (output / "half").touch()
    told = SHOP / f"tell-{step.name}.py"
    if told.exists():
        exec(told.read_text(), {"output": output, "shop": SHOP})  # noqa: S102 - the test wrote it
    number = work(args)
    (output / "number").write_text(str(number))


def read(folder: str) -> int:
    """The number in a folder."""
    return int((Path(folder) / "number").read_text())
