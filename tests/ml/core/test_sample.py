"""The sample has what real sales have, and each of its effects can be found again in its rows."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from ml.core.holidays import national_holidays
from ml.core.sample import MAX_STORES, generate
from ml.core.schema import RAW_COLUMNS
from ml.core.validation import check
from ml.errors import InputError

UNTIL = dt.date(2025, 10, 31)


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    """Six stores over three years, without flaws, with real dates."""
    rows = generate(stores=6, years=3, seed=11, until=UNTIL, flaws=False)
    return rows.with_columns(pl.col("Date").str.to_date())


def _mean(sample: pl.DataFrame, rows: pl.Expr, column: str = "QuantitySold") -> float:
    return float(sample.filter(rows).select(pl.col(column).mean()).item())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    once, again, other = (
        generate(stores=3, years=1, seed=seed, until=UNTIL).write_csv() for seed in (1, 1, 2)
    )
    assert once == again
    assert once != other


def test_rows_have_the_raw_columns_and_reach_the_last_day(sample: pl.DataFrame) -> None:
    assert tuple(sample.columns) == RAW_COLUMNS
    assert sample["Date"].max() == UNTIL
    assert sample["Date"].min() == dt.date(2022, 11, 1)
    assert sample["StoreID"].n_unique() == 6


def test_three_stores_stand_in_three_countries_and_names_keep_their_accents() -> None:
    three = generate(stores=3, years=1, seed=0, until=UNTIL)
    assert three["Country"].unique().sort().to_list() == ["Canada", "Mexico", "USA"]
    assert {"Québec", "Ciudad de México"} <= set(three["City"])


def test_without_flaws_every_row_is_valid(sample: pl.DataFrame) -> None:
    assert check(sample.lazy(), imported_on=UNTIL).quarantine.is_empty()


def test_flaws_break_four_rules_a_little() -> None:
    sample = generate(stores=3, years=1, seed=0, until=UNTIL).lazy()
    checked = check(sample, imported_on=dt.date(2025, 11, 2), returns="set-aside")
    assert {b.rule for b in checked.broken} == {
        "date_unparseable",
        "date_in_future",
        "quantity_negative",
        "duplicate_row",
    }
    assert 0 < checked.quarantine.height < 0.01 * checked.rows_in


def test_weather_and_promotion_are_missing_now_and_then(sample: pl.DataFrame) -> None:
    missing = sample.null_count().row(0, named=True)
    assert 0 < missing["Weather"] < 0.1 * sample.height
    assert 0 < missing["Promotion"] < 0.05 * sample.height
    assert not any(missing[c] for c in RAW_COLUMNS if c not in {"Weather", "Promotion"})


def test_a_promotion_sells_more_for_less(sample: pl.DataFrame) -> None:
    lattes = sample.filter(pl.col("Product") == "Caffè Latte", pl.col("Country") == "USA")
    discount = pl.col("Promotion") == "Discount 20%"
    plain = pl.col("Promotion") == "None"
    store = lattes.filter(pl.col("StoreID") == "GJ-0001")
    assert store.filter(discount).height > 5
    assert _mean(store, discount) > 1.15 * _mean(store, plain)
    assert _mean(lattes, discount, "Price") < 0.9 * _mean(lattes, plain, "Price")


def test_cold_drinks_sell_in_summer_and_pumpkin_in_autumn_only(sample: pl.DataFrame) -> None:
    month = pl.col("Date").dt.month()
    quebec = sample.filter(pl.col("City") == "Québec", pl.col("Product") == "Cold Brew")
    assert _mean(quebec, month.is_in([6, 7, 8])) > 1.5 * _mean(quebec, month.is_in([12, 1, 2]))
    pumpkin = sample.filter(pl.col("Product") == "Pumpkin Spice Latte")
    assert pumpkin["Date"].dt.month().unique().sort().to_list() == [9, 10, 11]


def test_fridays_sell_more_than_mondays_and_snow_keeps_people_at_home(sample: pl.DataFrame) -> None:
    weekday = pl.col("Date").dt.weekday()
    assert _mean(sample, weekday == 5) > 1.05 * _mean(sample, weekday == 1)
    winter = sample.filter(pl.col("City") == "Québec", pl.col("Date").dt.month().is_in([12, 1, 2, 3]))
    assert _mean(winter, pl.col("Weather") == "Snow") < _mean(winter, pl.col("Weather") != "Snow")


def test_snow_falls_in_quebec_and_not_in_mexico(sample: pl.DataFrame) -> None:
    snow = sample.filter(pl.col("Weather") == "Snow")
    assert "Québec" in snow["City"]
    assert "Mexico" not in snow["Country"]


def test_holidays_are_those_of_the_country(sample: pl.DataFrame) -> None:
    for country, date, name in sample.select("Country", "Date", "Holiday").unique().iter_rows():
        assert name == national_holidays(country, date.year).get(date, "None")


def test_some_stores_close_on_sundays_some_open_late_all_rest_at_christmas(sample: pl.DataFrame) -> None:
    days = sample.group_by("StoreID").agg(
        pl.col("Date").min().alias("first"), (pl.col("Date").dt.weekday() == 7).sum().alias("sundays")
    )
    assert 0 < days.filter(pl.col("sundays") == 0).height < 6
    assert 0 < days.filter(pl.col("first") > dt.date(2023, 1, 1)).height < 6
    assert sample.filter(pl.col("Date") == dt.date(2024, 12, 25)).is_empty()


def test_years_may_end_on_any_day_even_the_28th_of_february_of_a_leap_year() -> None:
    """The day after, 29 February, does not exist a year before; the year then has a day more."""
    dates = generate(stores=1, years=1, seed=0, until=dt.date(2024, 2, 28), flaws=False)["Date"]
    assert (dates.min(), dates.max()) == ("2023-02-28", "2024-02-28")


@pytest.mark.parametrize(("stores", "years"), [(0, 1), (MAX_STORES + 1, 1), (1, 0), (1, 60)])
def test_what_cannot_be_made_up_is_refused_with_the_bounds(stores: int, years: int) -> None:
    with pytest.raises(InputError, match=r"cannot make up .* \(allowed: 1 to"):
        generate(stores=stores, years=years, seed=0, until=UNTIL)


@pytest.mark.parametrize("until", [dt.date.min, dt.date(1970, 12, 31), dt.date(2101, 1, 1), dt.date.max])
def test_a_last_day_that_is_too_early_or_too_late_is_refused_with_the_bounds(until: dt.date) -> None:
    with pytest.raises(InputError, match=rf"until {until} \(allowed: 1971-01-01 to 2100-12-31\)"):
        generate(stores=1, years=1, seed=0, until=until)


@pytest.mark.parametrize("until", [dt.date(1971, 1, 1), dt.date(2100, 12, 31)])
def test_the_first_and_the_last_day_that_are_allowed_work(until: dt.date) -> None:
    last = generate(stores=1, years=1, seed=0, until=until, flaws=False)["Date"].max()
    assert last in {str(until), str(until - dt.timedelta(days=1))}  # closed on New Year's Day
