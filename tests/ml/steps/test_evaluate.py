from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.core import models
from ml.core.backtest import CHAMPION
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions
from ml.core.profile import Profile
from ml.errors import InputError
from ml.steps import evaluate
from ml.store import bundle, frames, pyfunc
from ml.store.lineage import content_hash

CANDIDATES = ("random-forest", "last-month", "seasonal-naive", "seasonal-naive-growth")


@pytest.fixture
def folders(tmp_path: Path, panel: pd.DataFrame) -> dict[str, Path]:
    return inputs(tmp_path, panel)


def inputs(root: Path, panel: pd.DataFrame) -> dict[str, Path]:
    """The folders that the step reads."""
    folders = {name: root / name for name in ("features", "models")}
    for folder in folders.values():
        folder.mkdir()
    frames.write(panel, folders["features"] / "features.parquet")
    listed = [
        {"name": n, "kind": "baseline" if n in models.BASELINES else "model", "recipe": "extended"}
        for n in CANDIDATES
    ]
    (folders["models"] / "candidates.json").write_text(json.dumps(listed))
    return folders


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, panel: pd.DataFrame) -> Path:
    """What the step writes with its defaults."""
    root = tmp_path_factory.mktemp("usual")
    return run(inputs(root, panel), root / "evaluation")


def run(folders: dict[str, Path], out: Path, *more: str) -> Path:
    arguments = [part for name, path in folders.items() for part in (f"--{name}", str(path))]
    evaluate.main([*arguments, "--evaluation", str(out), *more])
    return out


def read(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text())


def mlflow_model(folder: Path, name: str, history: pd.DataFrame) -> Path:
    """A champion as the registry hands it out."""
    options = FitOptions()
    packed = folder / "bundle"
    fitted = models.get(name).fit(history, options)
    bundle.save(packed, model=fitted, profile=Profile.from_history(history), options=options)
    pyfunc.save(folder / "model", packed, "card", {})
    (folder / "model" / "registered_model_meta").write_text(
        "model_name: monthly-demand\nmodel_version: '3'\n"
    )
    return folder / "model"


def test_everything_the_report_and_the_registry_need_is_written(usual: Path) -> None:
    assert {p.name for p in usual.iterdir()} == {
        "scores.json",
        "scores.parquet",
        "backtest.parquet",
        "intervals",
        "customer_split.json",
        "verdict.json",
    }
    assert {p.stem for p in (usual / "intervals").iterdir()} == set(CANDIDATES)
    rows = frames.read_pandas(usual / "backtest.parquet")
    assert set(rows["candidate"]) == set(CANDIDATES)
    assert rows["origin"].nunique() == 4
    scores = frames.read_pandas(usual / "scores.parquet")
    assert set(scores["level"]) == {"all", "horizon", "country", "city", "store"}
    headlines = read(usual, "scores.json")
    assert headlines["warnings"] == []
    pooled = scores[scores["origin"].isna() & (scores["level"] == "all")].set_index("candidate")
    for name in CANDIDATES:
        assert headlines["candidates"][name]["wape"] == pytest.approx(pooled.loc[name, "wape"])
        assert 0 < headlines["candidates"][name]["measured_coverage"] <= 1


def test_the_winner_is_the_best_candidate_of_the_table(usual: Path) -> None:
    verdict, headlines = read(usual, "verdict.json"), read(usual, "scores.json")["candidates"]
    assert verdict["promote"]
    assert verdict["winner"] == min(headlines, key=lambda name: headlines[name]["wape"])
    assert verdict["winner_wape"] == pytest.approx(headlines[verdict["winner"]]["wape"])
    assert [c["name"] for c in verdict["candidates"]] == list(headlines)


def test_intervals_are_written_for_the_registry_to_pack(folders: dict[str, Path], tmp_path: Path) -> None:
    out = run(folders, tmp_path / "out", "--coverage", "0.9", "--origins", "2")
    intervals = Intervals.from_json(read(out, "intervals/seasonal-naive.json"))
    assert intervals.coverage == 0.9
    assert set(intervals.widths) == {1, 2, 3}


def test_the_customers_recipe_is_scored_by_both_splits(usual: Path) -> None:
    scores = read(usual, "customer_split.json")
    assert (scores["model"], scores["recipe"]) == ("random-forest", "customer")
    assert 0 < scores["random"]["wape"] < 1
    assert 0 < scores["time"]["wape"] < 1
    assert len(scores["origins"]) == 3


def test_the_same_inputs_give_the_same_folder(usual: Path, folders: dict[str, Path], tmp_path: Path) -> None:
    assert content_hash(run(folders, tmp_path / "again")) == content_hash(usual)


def test_a_champion_of_the_same_data_does_equally_well_and_stays(
    usual: Path, folders: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    winner = read(usual, "verdict.json")["winner"]
    champion = mlflow_model(tmp_path, winner, panel)
    out = run(folders, tmp_path / "second", "--champion", str(champion))
    verdict = read(out, "verdict.json")
    assert not verdict["promote"]
    assert verdict["champion_wape"] == pytest.approx(verdict["winner_wape"])
    assert verdict["champion_hash"] == content_hash(pyfunc.bundle_folder(champion))
    assert f"the current champion v3 ({winner}, trained until 2024-12) does equally well" in verdict["reason"]
    assert read(out, "scores.json")["candidates"][CHAMPION]["model"] == winner


def test_a_stale_champion_is_beaten(folders: dict[str, Path], tmp_path: Path, panel: pd.DataFrame) -> None:
    """Sales double in 2024; the champion has seen 2023 only."""
    grown = panel.copy()
    grown.loc[grown["Month"] >= pd.Timestamp("2024-01-01"), "QuantitySold"] *= 2
    frames.write(grown, folders["features"] / "features.parquet")
    history = grown[grown["Month"] < pd.Timestamp("2024-01-01")]
    champion = mlflow_model(tmp_path, "last-month", history)
    verdict = read(
        run(folders, tmp_path / "out", "--origins", "1", "--champion", str(champion)), "verdict.json"
    )
    assert verdict["promote"]
    assert verdict["champion_wape"] > 0.3
    assert "replaces it" in verdict["reason"]


def test_short_histories_warn_and_still_give_a_verdict(
    folders: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    short = panel[panel["Month"] >= pd.Timestamp("2024-09-01")]
    frames.write(short, folders["features"] / "features.parquet")
    out = run(folders, tmp_path / "out")
    warnings = read(out, "scores.json")["warnings"]
    assert "4 months of history test only 1 of 3 months ahead" in warnings
    assert read(out, "verdict.json")["promote"]


def test_without_enough_errors_for_an_interval_the_file_says_why(
    folders: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    store = panel[(panel["Month"] >= pd.Timestamp("2024-10-01")) & (panel["StoreID"] == "S0")]
    frames.write(store, folders["features"] / "features.parquet")
    interval = read(run(folders, tmp_path / "out"), "intervals/last-month.json")
    assert interval["note"] == "an interval of 80% needs 4 forecast errors; the backtest gave 2"
    assert "widths" not in interval


def test_a_month_alone_is_refused_and_nothing_is_written(
    folders: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    frames.write(panel[panel["Month"] == panel["Month"].max()], folders["features"] / "features.parquet")
    with pytest.raises(InputError, match="needs 2 complete months, the features hold 1"):
        run(folders, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_months_without_sales_give_undefined_scores_as_null(
    folders: dict[str, Path], tmp_path: Path, panel: pd.DataFrame
) -> None:
    frames.write(panel.assign(QuantitySold=0.0), folders["features"] / "features.parquet")
    out = run(folders, tmp_path / "out", "--origins", "1")
    assert read(out, "scores.json")["candidates"]["last-month"]["wape"] is None
    assert read(out, "verdict.json")["winner"] == "last-month"
    assert read(out, "customer_split.json")["time"]["wape"] is None


def test_what_could_not_be_trained_is_a_warning(folders: dict[str, Path], tmp_path: Path) -> None:
    (folders["models"] / "skipped.json").write_text('{"lstm": "needs 24 months"}')
    warnings = read(run(folders, tmp_path / "out", "--origins", "1"), "scores.json")["warnings"]
    assert warnings == ["lstm was not trained: needs 24 months"]


def test_candidates_come_simplest_first_in_whatever_order_they_are_listed(folders: dict[str, Path]) -> None:
    listed = json.loads((folders["models"] / "candidates.json").read_text())
    assert listed[0]["name"] == "random-forest"
    assert [c.name for c in evaluate.read_challengers(folders["models"])] == [
        *models.BASELINES,
        "random-forest",
    ]


def test_a_missing_list_of_candidates_is_named(folders: dict[str, Path], tmp_path: Path) -> None:
    (folders["models"] / "candidates.json").unlink()
    with pytest.raises(InputError, match=r"candidates\.json does not exist"):
        run(folders, tmp_path / "out")


def test_a_champion_that_is_no_model_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="is not an MLflow model"):
        run(folders, tmp_path / "out", "--champion", str(tmp_path / "empty"))


def test_an_unknown_candidate_is_named(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.rmtree(folders["models"])
    folders["models"].mkdir()
    (folders["models"] / "candidates.json").write_text(
        '[{"name": "oracle", "kind": "model", "recipe": "extended"}]'
    )
    with pytest.raises(InputError, match="oracle"):
        run(folders, tmp_path / "out")


def test_rows_of_the_backtest_are_bounded_by_what_other_origins_taught(usual: Path) -> None:
    rows = frames.read_pandas(usual / "backtest.parquet")
    assert np.isfinite(rows[["lower", "upper"]].to_numpy(float)).all()
    inside = (rows["lower"] <= rows["actual"]) & (rows["actual"] <= rows["upper"])
    assert 0.6 < inside.mean() < 0.95
