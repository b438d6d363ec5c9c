"""A fitted model on disk: it comes back whole, or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.core import calendar, models
from ml.core.intervals import Intervals
from ml.core.models.base import FitOptions
from ml.core.predictor import ForecastRow, Predictor
from ml.core.profile import Profile
from ml.errors import InputError
from ml.store import bundle

INTERVALS = Intervals(coverage=0.8, floor=1.0, widths={1: 0.1, 2: 0.2}, counts={1: 9, 2: 9})


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    """Two years of three stores."""
    random = np.random.default_rng(0)
    month = np.tile((np.datetime64("2022-01") + np.arange(24)), 3)
    store = np.repeat(np.arange(3), 24)
    days = calendar.days_in_month(month).astype(float)
    return pd.DataFrame(
        {
            "StoreID": [f"S{s}" for s in store],
            "Country": "México",
            "City": np.array(["Mérida", "León", "León"])[store],
            "Month": month.astype("datetime64[s]"),
            "QuantitySold": days * 10 * (store + 1) * random.uniform(0.9, 1.1, len(month)),
            "Price": random.uniform(3, 5, len(month)),
            "Weather": random.choice(["Sunny", "Rainy"], len(month)),
            "Promotion": random.choice(["Yes", "No"], len(month)),
            "Holiday": "None",
            "IsWeekend": calendar.weekend_days(month) / days,
            "Season": calendar.season(month),
            "TradingDays": days,
            "Complete": True,
            "DaysInMonth": days,
            "WeekendDays": calendar.weekend_days(month),
            "WeatherMissing": 0.0,
            "PromotionMissing": 0.0,
        }
    )


def predictor_of(name: str, history: pd.DataFrame) -> Predictor:
    return Predictor(
        model=models.get(name).fit(history, FitOptions()),
        profile=Profile.from_history(history),
        intervals=INTERVALS,
    )


def saved(folder: Path, predictor: Predictor) -> Path:
    bundle.save(
        folder,
        model=predictor.model,
        profile=predictor.profile,
        options=FitOptions(seed=7),
        intervals=predictor.intervals,
        features="abc",
    )
    return folder


@pytest.fixture
def folder(tmp_path: Path, history: pd.DataFrame) -> Path:
    return saved(tmp_path / "bundle", predictor_of("seasonal-naive-growth", history))


@pytest.mark.parametrize("name", [name for name in models.FORECASTERS if name != "lstm"])
def test_a_bundle_forecasts_what_was_saved(name: str, tmp_path: Path, history: pd.DataFrame) -> None:
    predictor = predictor_of(name, history)
    again = bundle.load(saved(tmp_path / "bundle", predictor))
    rows = [*again.grid(3), ForecastRow(store_id="new", city="León", month=dt.date(2024, 1, 1))]
    assert again.forecast(rows) == predictor.forecast(rows)
    assert again.intervals == INTERVALS


def test_it_says_what_it_is(folder: Path) -> None:
    about = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    assert (about["model"], about["recipe"], about["horizon"], about["seed"]) == (
        "seasonal-naive-growth",
        "extended",
        3,
        7,
    )
    assert about["trained_until"] == "2023-12"
    assert about["features"] == "abc"
    assert {"numpy", "scikit-learn", "lightgbm"} <= set(about["versions"])
    assert set(about["files"]) == {p.name for p in folder.iterdir()} - {"bundle.json", "intervals.json"}


def test_equal_models_are_equal_files(folder: Path, tmp_path: Path, history: pd.DataFrame) -> None:
    other = saved(tmp_path / "other", predictor_of("seasonal-naive-growth", history))
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in other.iterdir()
    }


def test_without_intervals_there_are_none(folder: Path) -> None:
    (folder / "intervals.json").unlink()
    assert bundle.load(folder).intervals is None


@pytest.mark.parametrize("inside", ["data/bundle", "data"])
def test_it_is_found_inside_an_mlflow_model(inside: str, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "model" / inside)
    assert bundle.load(tmp_path / "model").grid(1) == bundle.load(folder).grid(1)


def test_a_folder_without_a_bundle_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match=f"{path} holds no model"):
            bundle.load(path)


def edit(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def vouched(folder: Path, name: str, content: bytes) -> None:
    """Replaces a file and its hash, as only someone would who writes bundles of his own."""
    (folder / name).write_bytes(content)
    about = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    about["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "bundle.json").write_text(json.dumps(about), encoding="utf-8")


@pytest.mark.parametrize("name", ["panel.npz", "panel.json", "profile.json"])
def test_a_changed_or_absent_file_is_named(name: str, folder: Path) -> None:
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(InputError, match=rf"{name}.*its hash differs"):
        bundle.load(folder)
    path.unlink()
    with pytest.raises(InputError, match=rf"{name} cannot be read"):
        bundle.load(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.update(format=2),
        lambda about: about.update(model="prophet"),
        lambda about: about.update(model="lagged"),
        lambda about: about.pop("model"),
        lambda about: about.update(files=["panel.npz"]),
        lambda about: about["files"].pop("profile.json"),
        lambda about: about["files"].update({"../secret": "0"}),
    ],
)
def test_a_foreign_description_is_refused(
    change: Callable[[dict[str, object]], object], folder: Path
) -> None:
    edit(folder / "bundle.json", change)
    with pytest.raises(InputError):
        bundle.load(folder)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b'{"format": 1}'])
def test_a_broken_description_is_refused(content: bytes, folder: Path) -> None:
    (folder / "bundle.json").write_bytes(content)
    with pytest.raises(InputError, match="bundle"):
        bundle.load(folder)


@pytest.mark.parametrize("name", ["panel.npz", "panel.json", "profile.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\x80\x04\x95\x0f\x00\x00\x00."])
def test_a_foreign_file_is_refused_even_with_the_right_hash(name: str, content: bytes, folder: Path) -> None:
    vouched(folder, name, content)
    with pytest.raises(InputError):
        bundle.load(folder)


def test_a_pickle_is_not_run(folder: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    evil = f"cposix\nsystem\n(S'touch {marker}'\ntR.".encode()
    vouched(folder, "panel.npz", evil)
    with pytest.raises(InputError, match="not a dump"):
        bundle.load(folder)
    assert not marker.exists()


def test_a_broken_intervals_file_is_refused(folder: Path) -> None:
    (folder / "intervals.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError):
        bundle.load(folder)
