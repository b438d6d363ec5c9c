"""What the steps share: the files by which the test observes and controls them, and how a number is kept."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from ml.spec import Step

FOLDER = Path(os.environ["ROAST_TEST_FOLDER"])


def run(step: Step, work: Callable[[Namespace], int]) -> None:
    """Records that the step ran and how, writes half its output, runs the test's code, writes the rest."""
    args = step.parser().parse_args()
    output = Path(vars(args)[step.outputs[0].name])
    with (FOLDER / "ran").open("a") as ran:
        ran.write(step.name + "\n")
    (FOLDER / f"argv-{step.name}").write_text("\0".join(sys.orig_argv))
    (FOLDER / f"cwd-{step.name}").write_text(str(Path.cwd()))
    (FOLDER / f"environment-{step.name}").write_text("\n".join(os.environ))
    Path("left-behind").touch()
    output.mkdir()
    (output / "half").touch()
    script = FOLDER / f"inject-{step.name}.py"
    if script.exists():
        exec(script.read_text(), {"output": output, "folder": FOLDER})  # noqa: S102 - the test wrote it
    number = work(args)
    (output / "number").write_text(str(number))


def read(folder: str) -> int:
    """The number in a folder."""
    return int((Path(folder) / "number").read_text())
