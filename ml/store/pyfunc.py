"""A bundle as an MLflow model without pickle; MLflow loads it by the function `_load_pyfunc`."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ml.core.predictor import Forecast, ForecastRow, Predictor
from ml.errors import InputError
from ml.store import bundle, tracking

CARD = "MODEL_CARD.md"
MLMODEL = "MLmodel"

# The libraries that read and run a bundle. The project's own code is in the image and not listed.
_REQUIRED = (
    "lightgbm",
    "mlflow-skinny",
    "numpy",
    "pandas",
    "scikit-learn",
    "xgboost-cpu",
    "xgboost",
)

_TEXT = ("Country", "City", "Weather", "Promotion", "Holiday")


def save(folder: Path, bundle_folder: Path, card: str, metadata: Mapping[str, Any]) -> None:
    """Writes an MLflow model into `folder`, which must be empty or absent.

    Args:
        folder: of the MLflow model.
        bundle_folder: the bundle of a candidate, with its intervals.
        card: text of the model card.
        metadata: plain values to store in MLmodel.
    """
    predictor = bundle.load(bundle_folder)
    example = frame(predictor.grid(1)[:2])
    # MLflow compares the names with a range, which pandas deprecates for text but not for objects
    example.columns = example.columns.astype(object)
    tracking.mlflow("pyfunc").save_model(
        str(folder),
        loader_module=__name__,
        data_path=str(bundle_folder),
        signature=_signature(),
        input_example=example,
        conda_env=_environment(),
        metadata=dict(metadata),
    )
    (folder / CARD).write_text(card, encoding="utf-8")


class PyfuncModel:
    """The model that MLflow calls: a table in, a table out."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor

    def predict(self, data: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Quantity, interval and fallback per row; the columns are those of the endpoint."""
        del params
        return answers(self.predictor.forecast(rows(data)))


def rows(data: pd.DataFrame) -> list[ForecastRow]:
    """The rows of a table with the columns of the signature; optional columns may be absent or empty.

    Raises:
        InputError: a value of Month is not a month; the message names the row.
    """
    records = data.astype(object).where(data.notna(), None).to_dict("records")
    return [
        ForecastRow(
            store_id=str(row["StoreID"]),
            month=_month(row["Month"], i),
            price=None if row.get("Price") is None else float(row["Price"]),
            **{name.lower(): row.get(name) for name in _TEXT},
        )
        for i, row in enumerate(records)
    ]


def frame(requested: Sequence[ForecastRow]) -> pd.DataFrame:
    """The table that `rows` reads."""
    return pd.DataFrame(
        {
            "StoreID": [row.store_id for row in requested],
            "Month": [f"{row.month:%Y-%m}" for row in requested],
            "Country": [row.country for row in requested],
            "City": [row.city for row in requested],
        }
    )


def answers(forecasts: Sequence[Forecast]) -> pd.DataFrame:
    """Forecasts as a table."""
    return pd.DataFrame(
        {
            "StoreID": [forecast.store_id for forecast in forecasts],
            "Month": [f"{forecast.month:%Y-%m}" for forecast in forecasts],
            "QuantitySold": [forecast.quantity for forecast in forecasts],
            "Lower": pd.array([forecast.lower for forecast in forecasts], dtype="float64"),
            "Upper": pd.array([forecast.upper for forecast in forecasts], dtype="float64"),
            "Fallback": pd.Series([forecast.fallback for forecast in forecasts], dtype=object),
        }
    )


def bundle_folder(model: str | os.PathLike[str]) -> Path:
    """The bundle in an MLflow model folder.

    Raises:
        InputError: the folder is not an MLflow model that the step register made.
    """
    path = Path(model)
    try:
        flavor = yaml.safe_load((path / MLMODEL).read_text(encoding="utf-8"))["flavors"]["python_function"]
        ours = flavor["loader_module"] == __name__
        data = path / flavor["data"]
    except (OSError, yaml.YAMLError, TypeError, KeyError):
        raise InputError(
            f"{path} is not an MLflow model", f"its {MLMODEL} file is missing or broken"
        ) from None
    if not ours:
        raise InputError(
            f"{path} is an MLflow model of another kind", "it has to come from the step register"
        )
    return data


def _month(text: Any, row: int) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{str(text)[:7]}-01")
    except ValueError:
        raise InputError(f"row {row}, Month: {text!r} is not a month", "such as 2026-12") from None


def _signature() -> Any:
    models, types = tracking.mlflow("models"), tracking.mlflow("types")
    text, number = types.DataType.string, types.DataType.double
    optional = [types.ColSpec(text, name, required=False) for name in _TEXT]
    inputs = [
        types.ColSpec(text, "StoreID"),
        types.ColSpec(text, "Month"),
        types.ColSpec(number, "Price", required=False),
        *optional,
    ]
    outputs = [
        types.ColSpec(text, "StoreID"),
        types.ColSpec(text, "Month"),
        types.ColSpec(number, "QuantitySold"),
        types.ColSpec(number, "Lower", required=False),
        types.ColSpec(number, "Upper", required=False),
        types.ColSpec(text, "Fallback", required=False),
    ]
    return models.ModelSignature(inputs=types.Schema(inputs), outputs=types.Schema(outputs))


def _environment() -> dict[str, Any]:
    """The Python and the libraries of this process, as MLflow records them."""
    required: list[str] = []
    for name in _REQUIRED:
        try:
            required.append(f"{name}=={version(name)}")
        except PackageNotFoundError:  # one of the two builds of XGBoost
            continue
    # listed here, because MLflow would look for pip itself and warn where it is not installed
    python = f"python={platform.python_version()}"
    return {
        "name": "roastery",
        "channels": ["conda-forge"],
        "dependencies": [python, "pip", {"pip": required}],
    }


def _load_pyfunc(path: str) -> PyfuncModel:  # pyright: ignore[reportUnusedFunction] - MLflow calls it
    return PyfuncModel(bundle.load(Path(path)))
