"""The models by name, and what every one of them must keep to."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.core import models
from ml.core.models.base import FitOptions, Fitted
from ml.core.schema import Columns, Recipe
from ml.errors import InputError

ColumnsOf = Callable[[pd.DataFrame], Columns]
QUICK = [name for name in models.FORECASTERS if name != "lstm"]  # which has tests of its own
CASES: list[tuple[str, Recipe]] = [
    *((name, "extended") for name in QUICK),
    ("random-forest", "customer"),
    ("xgboost", "customer"),
]
HORIZON = 3


def split(history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    last = history["Month"] > "2023-09-01"
    return history[~last], history[last]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, Recipe]:
    return request.param


@pytest.fixture(scope="module")
def fitted(case: tuple[str, Recipe], history: pd.DataFrame) -> Fitted:
    name, recipe = case
    return models.get(name).fit(split(history)[0], FitOptions(recipe=recipe, horizon=HORIZON))


def test_an_unknown_model_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(InputError) as caught:
        models.get("prophet")
    assert "'prophet'" in str(caught.value)
    assert all(name in str(caught.value) for name in models.FORECASTERS)


def test_every_model_goes_by_its_own_name() -> None:
    assert {name: models.get(name).name for name in models.FORECASTERS} == {n: n for n in models.FORECASTERS}
    assert set(models.BASELINES) <= set(models.FORECASTERS)


def test_it_forecasts_held_out_months(fitted: Fitted, history: pd.DataFrame, columns_of: ColumnsOf) -> None:
    """The panel has 3 % of noise, promotions of 20 % and a season of 30 %."""
    future = split(history)[1]
    actual = future["QuantitySold"].to_numpy()
    wape = np.abs(fitted.predict(columns_of(future)) - actual).sum() / actual.sum()
    assert wape < (0.25 if fitted.name in models.BASELINES else 0.15)


def test_what_was_never_seen_gets_a_number(
    fitted: Fitted, history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    row = history.tail(1)
    strange = pd.concat(
        [
            row.assign(StoreID="new"),
            row.assign(StoreID="new", City="Saskatoon"),
            row.assign(StoreID="new", Country="Perú", City="Lima"),
            row.assign(Weather="Hail", Promotion="Raffle", Holiday="Solstice"),
            row.assign(Price=np.nan),
            row.assign(Month=pd.Timestamp("2025-12-01")),
            row.assign(Month=pd.Timestamp("2021-01-01")),
            row.assign(Month=pd.Timestamp("1999-01-01")),
        ]
    )
    quantity = fitted.predict(columns_of(strange))
    assert quantity.shape == (len(strange),)
    assert np.isfinite(quantity).all()
    assert (quantity >= 0).all()


def test_a_row_s_forecast_does_not_depend_on_the_rows_beside_it(
    fitted: Fitted, history: pd.DataFrame, columns_of: ColumnsOf
) -> None:
    rows = columns_of(split(history)[1])
    together = fitted.predict(rows)
    count = len(together)
    alone = [fitted.predict({k: v[i : i + 1] for k, v in rows.items()})[0] for i in range(count)]
    assert together.tolist() == alone
    assert fitted.predict({k: v[:0] for k, v in rows.items()}).shape == (0,)


def test_the_same_data_and_seed_give_the_same_bytes(
    case: tuple[str, Recipe], fitted: Fitted, history: pd.DataFrame
) -> None:
    name, recipe = case
    options = FitOptions(recipe=recipe, horizon=HORIZON, jobs=2)
    assert models.get(name).fit(split(history)[0], options).dump() == fitted.dump()


def test_the_order_of_the_rows_does_not_matter_to_lagged_models(history: pd.DataFrame) -> None:
    shuffled = history.sample(frac=1, random_state=0)
    for name in (*models.BASELINES, "lagged"):
        assert (
            models.get(name).fit(shuffled, FitOptions()).dump()
            == models.get(name).fit(history, FitOptions()).dump()
        )


def test_no_file_of_a_dump_is_a_pickle(fitted: Fitted) -> None:
    files = fitted.dump()
    assert {Path(name).suffix for name in files} <= {".json", ".npz"}
    assert not any(b"\x80\x04\x95" in content[:16] for content in files.values())


FRESH = """
import json, sys
from pathlib import Path
import numpy as np
from ml.core import models
folder = Path(sys.argv[1])
rows = {k: np.array(v, dtype=t) for k, (v, t) in json.loads((folder / "rows").read_text()).items()}
found = {}
for place in sorted(p for p in folder.iterdir() if p.is_dir()):
    files = {p.name: p.read_bytes() for p in place.iterdir()}
    found[place.name] = models.load(place.name.split(".")[0], files).predict(rows).tolist()
heavy = {"sklearn", "scipy", "xgboost", "lightgbm", "keras"} & set(sys.modules)
print(json.dumps({"found": found, "heavy": sorted(heavy)}))
"""


def test_a_fresh_process_forecasts_the_same_without_the_libraries_that_train(
    history: pd.DataFrame, columns_of: ColumnsOf, tmp_path: Path
) -> None:
    train, future = split(history)
    rows = columns_of(future)
    as_json = {
        k: (v.astype(str).tolist(), "datetime64[M]") if k == "Month" else (v.tolist(), v.dtype.str)
        for k, v in rows.items()
    }
    (tmp_path / "rows").write_text(json.dumps(as_json))
    expected: dict[str, list[float]] = {}
    for name, recipe in CASES:
        fitted = models.get(name).fit(train, FitOptions(recipe=recipe, horizon=HORIZON))
        folder = tmp_path / f"{name}.{recipe}"
        folder.mkdir()
        for file, content in fitted.dump().items():
            (folder / file).write_bytes(content)
        expected[folder.name] = fitted.predict(rows).tolist()
    run = subprocess.run(
        [sys.executable, "-c", FRESH, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {"found": expected, "heavy": []}


def test_a_dump_that_lacks_a_file_or_is_damaged_is_refused(fitted: Fitted) -> None:
    files = fitted.dump()
    for name, content in files.items():
        lacking = {k: v for k, v in files.items() if k != name}
        with pytest.raises(InputError, match=f"not a dump of {fitted.name}"):
            models.load(fitted.name, lacking)
        for damaged in (b"", b"{}", b"\x80\x04]q\x00.", content[: len(content) // 2]):
            with pytest.raises(InputError, match=f"not a dump of {fitted.name}"):
                models.load(fitted.name, {**files, name: damaged})


def test_importance_is_by_source_field_and_adds_up_to_one(fitted: Fitted, history: pd.DataFrame) -> None:
    shares = fitted.importance()
    if fitted.name in models.BASELINES:
        assert shares == {}
        return
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) <= {"Month", "Category", *history.columns}
    # The stores differ most; the price goes up with the store, so that it tells them apart as well.
    assert sum(shares.get(name, 0) for name in ("StoreID", "Price", "QuantitySold")) > 0.5
