"""A loaded model that answers requests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.core.predictor import Predictor, RowsRefusedError
from ml.errors import InputError
from ml.serving import contract
from ml.serving.request import RequestRefusedError, parse
from ml.store import bundle

_MARKS = ("bundle.json", "MLmodel")
_DEEPEST = 2


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """A loaded model that answers requests."""

    predictor: Predictor
    name: str
    version: str | None

    @classmethod
    def load(cls, folder: Path, *, name: str | None = None, version: str | None = None) -> Scorer:
        """The model in `folder` or at most two levels below.

        `name` and `version` take precedence over those of an Azure ML path; the model's own name is the last
        resort.

        Raises:
            InputError: there is no model, or it is damaged.
        """
        predictor = bundle.load(find_model(folder))
        # A model that can't forecast must not be served; this also warms it up.
        predictor.forecast(predictor.grid(1)[:1])
        parts = ("", "", "", *folder.resolve().parts)[-3:]
        if parts[0] == "azureml-models":
            name, version = name or parts[1], version or parts[2]
        return cls(predictor=predictor, name=name or predictor.model.name, version=version)

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and body: 200 with a `Response`, or 4xx with an `ErrorResponse`."""
        try:
            rows = parse(body)
            forecasts = self.predictor.forecast(rows)
        except RowsRefusedError as refused:
            answer = RequestRefusedError.of_rows(refused.rows)
            return answer.status, answer.body()
        except RequestRefusedError as refused:
            return refused.status, refused.body()
        return 200, contract.response(forecasts, self.name, self.version)


def find_model(folder: Path) -> Path:
    """The folder of a bundle or an MLflow model: `folder` itself, or one up to two levels below.

    Raises:
        InputError: there is no model, or there are several.
    """
    if not folder.is_dir():
        raise InputError(f"the model folder {folder} does not exist")
    level = [folder]
    for _ in range(_DEEPEST + 1):
        models = [path for path in level if any((path / mark).is_file() for mark in _MARKS)]
        if len(models) == 1:
            return models[0]
        if models:
            names = ", ".join(str(model.relative_to(folder)) for model in sorted(models))
            raise InputError(f"{folder} holds several models: {names}", "name one of these folders")
        level = [child for parent in level for child in parent.iterdir() if child.is_dir()]
    raise InputError(f"{folder} holds no model", f"a model's folder holds {' or '.join(_MARKS)}")
