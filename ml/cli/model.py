"""Which model the commands take: the champion of a run's registry, or a folder that is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ml.errors import InputError
from ml.local import tracking
from ml.pipeline import REGISTER
from ml.store import registry

RunDir = Annotated[Path, typer.Option("--run", help="The run whose champion it is.")]
ModelDir = Annotated[
    Path | None,
    typer.Option("--model-dir", help="A model's folder instead of the champion.", show_default=False),
]
REGISTERED_MODEL = str(next(p.default for p in REGISTER.params if p.name == "registered_model"))
ModelName = Annotated[str, typer.Option("--registered-model", help="The champion's name in the registry.")]


@dataclass(frozen=True, kw_only=True)
class ChosenModel:
    """A model's folder, and what the registry calls it."""

    folder: Path
    name: str | None = None
    version: str | None = None

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return f"{self.name} version {self.version}" if self.name else str(self.folder)


def chosen_model(run: Path, model_dir: Path | None, name: str) -> ChosenModel:
    """`model_dir` if it is given, or else the champion of the run's registry, copied into the run's folder.

    Raises:
        InputError: the run has no champion, or there is no such folder.
        Unreachable: the registry does not answer.
    """
    if model_dir is not None:
        if not model_dir.is_dir():
            raise InputError(f"there is no model folder {model_dir}")
        return ChosenModel(folder=model_dir)
    tracking.use(run)
    champion = registry.champion(name)
    copied = tracking.champion(name, run)
    if champion is None or copied is None:
        raise InputError(f"the registry of {run} has no champion {name!r}", "make one with `roast run`")
    return ChosenModel(folder=copied.path, name=champion.name, version=champion.version)
