from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.core import metrics


def history(values: list[float], store: str = "S1", first: str = "2020-01") -> pd.DataFrame:
    months = np.datetime64(first, "M") + np.arange(len(values))
    return pd.DataFrame(
        {
            "StoreID": store,
            "Country": "Mexico",
            "City": "Mérida",
            "Month": months.astype("datetime64[s]"),
            "QuantitySold": values,
            "Complete": True,
        }
    )


def backtest(rows: list[tuple[str, str, int, str, str, str, float, float, float]]) -> pd.DataFrame:
    columns = ["candidate", "origin", "horizon", "StoreID", "Country", "City", "actual", "predicted", "scale"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(origin=pd.to_datetime(frame["origin"]))


ROWS = backtest(
    [
        ("a", "2024-01-01", 1, "S1", "USA", "Reno", 100, 90, 10),
        ("a", "2024-01-01", 2, "S1", "USA", "Reno", 50, 60, 10),
        ("a", "2024-04-01", 1, "S1", "USA", "Reno", 200, 220, 10),
        ("a", "2024-04-01", 1, "S2", "Canada", "Laval", 10, 5, 0),
        ("b", "2024-04-01", 1, "S2", "Canada", "Laval", 0, 5, np.nan),
    ]
)


def score(level: str, group: str, *, candidate: str = "a", origin: str | None = None) -> pd.Series:
    table = metrics.table(ROWS)
    at = table["origin"].isna() if origin is None else table["origin"] == pd.Timestamp(origin)
    row = table[
        at & (table["candidate"] == candidate) & (table["level"] == level) & (table["group"] == group)
    ]
    assert len(row) == 1
    return row.iloc[0]


def test_wape_is_the_sum_of_errors_over_the_sum_of_sales() -> None:
    assert metrics.wape(np.array([100.0, 50.0]), np.array([90.0, 60.0])) == 20 / 150


def test_bias_is_positive_when_forecasts_are_too_high() -> None:
    assert metrics.bias(np.array([100.0, 50.0]), np.array([130.0, 50.0])) == 30 / 150
    assert metrics.bias(np.array([100.0, 50.0]), np.array([70.0, 50.0])) == -30 / 150


def test_rmsle_compares_logarithms_and_takes_negatives_for_zero() -> None:
    # log(1 + (e - 1)) = 1 against log(1 + 0) = 0
    assert metrics.rmsle(np.array([np.e - 1]), np.array([0.0])) == pytest.approx(1)
    assert metrics.rmsle(np.array([np.e - 1]), np.array([-7.0])) == pytest.approx(1)


def test_without_sales_wape_and_bias_are_undefined() -> None:
    nothing = np.zeros(3)
    assert np.isnan(metrics.wape(nothing, nothing + 1))
    assert np.isnan(metrics.bias(nothing, nothing + 1))
    assert np.isnan(metrics.wape(np.array([]), np.array([])))
    assert np.isnan(metrics.rmsle(np.array([]), np.array([])))


def test_mase_leaves_out_rows_without_a_scale() -> None:
    actual, predicted = np.array([10.0, 10.0, 10.0]), np.array([12.0, 50.0, 50.0])
    assert metrics.mase(actual, predicted, np.array([4.0, 0.0, np.nan])) == 0.5
    assert np.isnan(metrics.mase(actual, predicted, np.zeros(3)))


def test_the_scale_is_the_error_of_repeating_the_value_of_a_year_before() -> None:
    # 15 months 0..14: each differs from the one a year before by 12, and from the month before by 1
    assert metrics.scales(history([float(i) for i in range(15)])).tolist() == [12]


def test_a_series_shorter_than_a_year_is_scaled_by_the_month_before() -> None:
    assert metrics.scales(history([0, 2, 6, 6])).tolist() == [2]  # (2 + 4 + 0) / 3


def test_fewer_than_three_pairs_a_year_apart_are_too_few() -> None:
    assert metrics.scales(history([float(i) for i in range(14)])).tolist() == [1]


def test_fewer_than_three_pairs_of_neighbours_give_no_scale() -> None:
    assert metrics.scales(history([3])).isna().tolist() == [True]
    assert metrics.scales(history([0, 2, 6])).isna().tolist() == [True]


def test_each_series_takes_its_own_season() -> None:
    both = pd.concat([history([0.0, 5.0, 0.0, 5.0], "short"), history([float(i) for i in range(15)], "long")])
    scales = metrics.scales(both)
    assert dict(zip(scales.index.get_level_values(0), scales, strict=True)) == {"long": 12, "short": 5}


def test_a_gap_is_not_taken_for_the_month_before() -> None:
    gap = history([1, 2, 3, 4, 9, 100]).iloc[[0, 1, 2, 3, 5]]
    assert metrics.scales(gap).tolist() == [1]


def test_incomplete_months_do_not_scale() -> None:
    frame = history([1, 2, 3, 4, 100])
    frame["Complete"] = [True, True, True, True, False]
    assert metrics.scales(frame).tolist() == [1]
    assert metrics.scales(frame.assign(Complete=False)).empty


def test_every_level_has_its_scores() -> None:
    assert score("all", "")["wape"] == 45 / 360
    assert score("horizon", "1")["wape"] == 35 / 310
    assert score("horizon", "2")["wape"] == 10 / 50
    assert score("country", "USA")["wape"] == 40 / 350
    assert score("city", "Laval")["wape"] == 5 / 10
    assert score("store", "S1")["n"] == 3


def test_an_origin_has_scores_of_its_own_and_rows_without_one_pool_them() -> None:
    assert score("all", "", origin="2024-01-01")["wape"] == 20 / 150
    assert score("all", "", origin="2024-04-01")["wape"] == 25 / 210
    assert score("all", "")["n"] == 4


def test_the_table_agrees_with_the_plain_formulas() -> None:
    rows = ROWS[ROWS["candidate"] == "a"]
    actual, predicted = rows["actual"].to_numpy(float), rows["predicted"].to_numpy(float)
    row = score("all", "")
    assert row["wape"] == pytest.approx(metrics.wape(actual, predicted))
    assert row["rmsle"] == pytest.approx(metrics.rmsle(actual, predicted))
    assert row["bias"] == pytest.approx(metrics.bias(actual, predicted))
    assert row["mase"] == pytest.approx(metrics.mase(actual, predicted, rows["scale"].to_numpy(float)))


def test_scores_of_a_group_without_sales_are_undefined_not_infinite() -> None:
    row = score("store", "S2", candidate="b")
    assert np.isnan([row["wape"], row["bias"], row["mase"]]).all()
    assert row["rmsle"] == pytest.approx(np.log(6))


def test_cities_of_one_name_in_two_countries_are_distinguished() -> None:
    twins = backtest(
        [
            ("a", "2024-01-01", 1, "S1", "USA", "Ontario", 100, 90, 1),
            ("a", "2024-01-01", 1, "S2", "Canada", "Ontario", 100, 100, 1),
            ("a", "2024-01-01", 1, "S3", "Canada", "Laval", 100, 100, 1),
        ]
    )
    table = metrics.table(twins)
    cities = table[(table["level"] == "city") & table["origin"].isna()]
    assert dict(zip(cities["group"], cities["wape"], strict=True)) == {
        "Laval": 0,
        "Ontario, Canada": 0,
        "Ontario, USA": 0.1,
    }
