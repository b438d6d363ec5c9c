from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from ml.core.forecasts import ForecastRow, month_number, month_of
from ml.core.profile import Profile


def history(*rows: dict[str, object]) -> pd.DataFrame:
    """Feature rows: what a row does not name is an ordinary month of store A in Quito."""
    usual = {
        "StoreID": "A",
        "Country": "Ecuador",
        "City": "Quito",
        "Month": "2025-01-01",
        "QuantitySold": 310.0,
        "Price": 2.5,
        "Weather": "Sunny",
        "Promotion": "No",
        "Holiday": "None",
        "IsWeekend": 0.25,
        "Complete": True,
    }
    frame = pd.DataFrame([{**usual, **row} for row in rows])
    return frame.assign(Month=pd.to_datetime(frame["Month"]))


def row(store: str = "A", month: str = "2026-01-01", **fields: object) -> ForecastRow:
    return ForecastRow(store_id=store, month=dt.date.fromisoformat(month), **fields)  # pyright: ignore[reportArgumentType] - fields by name


def test_months_are_counted_as_datetime64_counts_them() -> None:
    for text in ("1969-12", "1970-01", "2026-11", "0001-01", "9999-12"):
        number = month_number(dt.date.fromisoformat(f"{text}-17".zfill(10)))
        assert number == np.datetime64(text, "M").astype(int)
        assert f"{month_of(number):%m}" == text[-2:]


def test_an_open_price_is_the_last_one_seen_of_the_store() -> None:
    profile = Profile.from_history(
        history(
            {"Month": "2025-03-01", "Price": 4.0},
            {"Month": "2025-01-01", "Price": 2.0},
            {"Month": "2025-04-01", "Price": np.nan},
        )
    )
    assert profile.complete([row(), row(price=9.0)])["Price"].tolist() == [4.0, 9.0]


def test_open_weather_is_the_usual_one_of_the_store_in_that_month_of_the_year() -> None:
    profile = Profile.from_history(
        history(
            {"Month": "2023-01-01", "Weather": "Snowy"},
            {"Month": "2024-01-01", "Weather": "Snowy"},
            {"Month": "2025-01-01", "Weather": "Rainy"},
            {"Month": "2025-02-01", "Weather": "Rainy"},
            {"Month": "2025-03-01", "Weather": "Rainy"},
        )
    )
    rows = [row(month="2026-01-01"), row(month="2026-02-01"), row(month="2026-08-01")]
    assert profile.complete(rows)["Weather"].tolist() == ["Snowy", "Rainy", "Rainy"]


def test_of_equally_usual_values_the_latest_counts() -> None:
    for years in (("2024", "2025"), ("2025", "2024")):
        profile = Profile.from_history(
            history(
                {"Month": f"{years[0]}-01-01", "Promotion": "Yes"},
                {"Month": f"{years[1]}-01-01", "Promotion": "No"},
            )
        )
        expected = "No" if years[1] == "2025" else "Yes"
        assert profile.complete([row()])["Promotion"].tolist() == [expected]


def test_a_store_that_never_had_a_value_takes_what_is_usual_everywhere() -> None:
    profile = Profile.from_history(
        history({"StoreID": "A", "Holiday": None}, {"StoreID": "B", "Holiday": "New Year"})
    )
    assert profile.complete([row("A"), row("new")])["Holiday"].tolist() == ["New Year", "New Year"]


def test_a_column_empty_everywhere_completes_to_empty_text() -> None:
    profile = Profile.from_history(history({"Weather": None}))
    again = Profile.from_json(json.loads(json.dumps(profile.to_json())))
    assert again.complete([row()])["Weather"].tolist() == [""]


def test_an_unseen_value_is_replaced_by_the_usual_one() -> None:
    profile = Profile.from_history(history({"Weather": "Sunny"}, {"Month": "2025-02-01", "Weather": "Rainy"}))
    columns = profile.complete([row(weather="Locusts"), row(weather="Rainy")])
    assert columns["Weather"].tolist() == ["Sunny", "Rainy"]


def test_weekends_follow_the_calendar_as_far_as_the_store_does() -> None:
    # January 2025 has 8 weekend days of 31. A store that had half of that share keeps half of it:
    # August 2026 has 10 of 31.
    profile = Profile.from_history(history({"IsWeekend": 8 / 31 / 2}))
    columns = profile.complete([row(month="2026-08-01")])
    assert columns["IsWeekend"].tolist() == pytest.approx([10 / 31 / 2])
    assert columns["WeekendDays"].tolist() == [10]
    assert columns["DaysInMonth"].tolist() == [31]
    assert columns["Season"].tolist() == ["Summer"]


def test_sales_dated_the_first_of_their_month_follow_that_day() -> None:
    # 1 June 2025 was a Sunday, 1 July 2025 a Tuesday; 1 August 2026 will be a Saturday
    monthly = history(
        {"Month": "2025-06-01", "IsWeekend": 1.0},
        {"Month": "2025-07-01", "IsWeekend": 0.0},
        {"StoreID": "B", "Month": "2025-06-01", "IsWeekend": 1.0},
    )
    profile = Profile.from_history(monthly)
    again = Profile.from_json(json.loads(json.dumps(profile.to_json())))
    rows = [row(month="2026-08-01"), row(month="2026-09-01"), row("new", month="2026-08-01")]
    assert again.complete(rows)["IsWeekend"].tolist() == [1, 0, 1]
    daily = Profile.from_history(pd.concat([monthly, history({"IsWeekend": 0.25})]))
    assert set(daily.complete(rows)["IsWeekend"]).isdisjoint({0, 1})


def test_completed_columns_have_the_types_that_models_are_promised() -> None:
    columns = Profile.from_history(history({})).complete([row(), row("new")])
    assert columns["Month"].dtype == np.dtype("datetime64[M]")
    assert {columns[name].dtype for name in ("Price", "IsWeekend", "DaysInMonth", "WeekendDays")} == {
        np.dtype(np.float64)
    }
    texts = ("StoreID", "Country", "City", "Weather", "Promotion", "Holiday", "Season")
    assert {columns[name].dtype for name in texts} == {np.dtype(object)}


def test_the_mean_of_a_place_is_per_calendar_day_of_the_last_twelve_complete_months() -> None:
    profile = Profile.from_history(
        history(
            {"Month": "2024-01-01", "QuantitySold": 31_000.0},  # thirteen months before the last
            {"Month": "2025-01-01", "QuantitySold": 31 * 10.0},
            {"Month": "2025-02-01", "QuantitySold": 28 * 20.0, "StoreID": "B"},
            {"Month": "2025-03-01", "QuantitySold": 1.0, "Complete": False},
        )
    )
    name, level = profile.level("Ecuador", "Quito")
    assert (name, level.daily) == ("city", pytest.approx(15.0))
    # linear interpolation between the two values 10 and 20
    assert (level.low, level.high) == (pytest.approx(11.0), pytest.approx(19.0))
    assert profile.last_month == month_number(dt.date(2025, 2, 1))


def test_levels_narrow_from_all_to_country_to_city() -> None:
    profile = Profile.from_history(
        history(
            {"City": "Quito"},
            {"StoreID": "B", "City": "Cuenca"},
            {"StoreID": "C", "Country": "Spain", "City": "Cuenca"},
        )
    )
    assert [
        profile.level(country, city)[0]
        for country, city in [
            ("Ecuador", "Quito"),
            ("Ecuador", "Lima"),
            ("Peru", "Lima"),
            ("Peru", None),
            (None, "Quito"),
            (None, "Cuenca"),  # there are two
            (None, None),
        ]
    ] == ["city", "country", "all", "all", "city", "all", "all"]


def test_of_a_store_at_two_places_the_given_one_counts_or_else_the_latest() -> None:
    profile = Profile.from_history(
        history({"City": "Cuenca", "Month": "2025-02-01"}, {"City": "Quito", "Month": "2025-01-01"})
    )
    matches = [profile.find(row(city=city)) for city in (None, "Quito", "Cuenca", "Lima")]
    assert [match and match.city for match in matches] == ["Cuenca", "Quito", "Cuenca", "Cuenca"]


def test_a_profile_survives_its_json() -> None:
    profile = Profile.from_history(
        history({"Price": np.nan, "StoreID": "Ñ"}, {"StoreID": "B", "Month": "2025-02-01"})
    )
    again = Profile.from_json(json.loads(json.dumps(profile.to_json(), allow_nan=False)))
    rows = [row("Ñ"), row("B"), row("new", city="Quito")]
    for name, values in profile.complete(rows).items():
        np.testing.assert_array_equal(again.complete(rows)[name], values)
    assert again.levels == profile.levels
    assert (again.first_month, again.last_month) == (profile.first_month, profile.last_month)


def test_no_history_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        Profile.from_history(history({}).head(0))
