"""The train step: a bundle per candidate, what was left out and why, and importance."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pandas as pd
import pytest

from ml.core import models
from ml.core.models.base import FitOptions
from ml.errors import InputError
from ml.steps import train
from ml.store import bundle, frames


def features_of(rows: pd.DataFrame, folder: Path) -> Path:
    folder.mkdir()
    frames.write(rows, folder / "features.parquet")
    return folder


def run(features: Path, out: Path, *options: str) -> Path:
    train.main(
        [
            *("--features", str(features)),
            *("--models", str(out / "models")),
            *("--importance", str(out / "importance")),
            *options,
        ]
    )
    return out


def read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def features(panel: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return features_of(panel, tmp_path_factory.mktemp("train") / "features")


@pytest.fixture(scope="module")
def trained(features: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(features, tmp_path_factory.mktemp("trained"), "--recipe", "customer", "--seed", "3")


def test_the_forest_the_chosen_and_the_baselines_are_candidates(trained: Path) -> None:
    assert read(trained / "models" / "candidates.json") == [
        {"name": "last-month", "kind": "baseline", "recipe": "customer"},
        {"name": "seasonal-naive", "kind": "baseline", "recipe": "customer"},
        {"name": "seasonal-naive-growth", "kind": "baseline", "recipe": "customer"},
        {"name": "random-forest", "kind": "model", "recipe": "customer"},
        {"name": "lagged", "kind": "model", "recipe": "customer"},
    ]
    assert read(trained / "models" / "skipped.json") == {}


def test_each_is_a_bundle_of_the_model_fitted_on_all_months(trained: Path, panel: pd.DataFrame) -> None:
    for name in (*models.BASELINES, "random-forest", "lagged"):
        folder = trained / "models" / name
        fitted = models.get(name).fit(panel, FitOptions(recipe="customer", seed=3))
        about = read(folder / "bundle.json")
        assert isinstance(about, dict)
        assert about["trained_until"] == "2024-12"
        assert bundle.load(folder).model.dump() == fitted.dump()


def test_importance_of_what_has_learned_is_a_table_and_a_plot(trained: Path) -> None:
    table = read(trained / "importance" / "importance.json")
    assert isinstance(table, dict)
    assert set(table) == {"random-forest", "lagged"}
    assert set(table["random-forest"]) == {"impurity", "permutation"}
    assert "random-forest: permutation" in (trained / "importance" / "importance.svg").read_text("utf-8")


def test_the_same_features_and_seed_give_the_same_files(
    features: Path, trained: Path, tmp_path: Path
) -> None:
    again = run(features, tmp_path, "--recipe", "customer", "--seed", "3")
    assert content(again) == content(trained)


def test_another_seed_gives_another_forest(features: Path, trained: Path, tmp_path: Path) -> None:
    other = run(features, tmp_path, "--recipe", "customer", "--seed", "4", "--model", "random-forest")
    name = "models/random-forest/forest.npz"
    assert content(other)[name] != content(trained)[name]
    assert not (other / "models" / "lagged").exists()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("random-forest", ["random-forest"]),
        ("lagged", ["random-forest", "lagged"]),
        (" xgboost, lagged,xgboost ", ["random-forest", "xgboost", "lagged"]),
        ("", ["random-forest"]),
    ],
)
def test_models_are_chosen_by_name_with_commas(text: str, names: list[str]) -> None:
    assert train.choose(text) == names


@pytest.mark.parametrize("name", ["prophet", "last-month"])
def test_an_unknown_model_is_answered_with_the_names_there_are(name: str) -> None:
    with pytest.raises(InputError, match=rf"--model {name}.*random-forest, xgboost, lagged, lstm"):
        train.choose(f"lagged,{name}")


def test_a_model_without_enough_history_is_left_out_and_says_why(
    panel: pd.DataFrame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One store with one month: the naive models and the forest still give a number."""
    features = features_of(panel.tail(1), tmp_path / "features")
    with caplog.at_level(logging.WARNING, logger="ml"):
        out = run(features, tmp_path)
    skipped = read(out / "models" / "skipped.json")
    assert isinstance(skipped, dict)
    assert set(skipped) == {"lagged"}
    assert "too short" in skipped["lagged"]
    assert "lagged is left out" in caplog.text
    listed = read(out / "models" / "candidates.json")
    assert isinstance(listed, list)
    assert [c["name"] for c in listed] == [*models.BASELINES, "random-forest"]
    predictor = bundle.load(out / "models" / "random-forest")
    assert [round(f.quantity) for f in predictor.forecast(predictor.grid(1))] == [
        round(panel["QuantitySold"].iloc[-1])  # December and January have 31 days
    ]


def test_no_row_is_an_error_that_says_so(panel: pd.DataFrame, tmp_path: Path) -> None:
    empty = features_of(panel.head(0), tmp_path / "features")
    with pytest.raises(InputError, match="no row"):
        run(empty, tmp_path)
    assert not (tmp_path / "models").exists()


def test_absent_features_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"features\.parquet does not exist"):
        run(tmp_path / "nowhere", tmp_path)
