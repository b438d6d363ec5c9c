"""Which model the commands take: the champion of a run's registry, or a folder that is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml.errors import InputError
from ml.local import tracking
from ml.store import registry


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
        UnreachableError: the registry does not answer.
    """
    if model_dir is not None:
        if not model_dir.is_dir():
            raise InputError(f"there is no model folder {model_dir}", "--model-dir names a folder")
        return ChosenModel(folder=model_dir)
    tracking.use(run)
    champion = registry.champion(name)
    copy = tracking.champion(name, run)
    if champion is None or copy is None:
        raise InputError(f"the registry of {run} has no champion {name!r}", "make one with `roast run`")
    return ChosenModel(folder=copy.path, name=champion.name, version=champion.version)
