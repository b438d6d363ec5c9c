"""The numbers of the report, each worked out again from the run's own tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ml.core.schema import SERIES
from ml.report import history
from ml.report.charts import Segment, line_chart
from ml.report.model import RunReport, from_sources
from ml.report.sources import read
from ml.store import frames

Folders = dict[str, Path]
WriteRun = Callable[..., Folders]


@pytest.fixture(name="report", scope="module")
def _report(folders: Folders) -> RunReport:
    return from_sources(read(folders), {})


@pytest.fixture(name="rows", scope="module")
def _rows(folders: Folders) -> pd.DataFrame:
    return frames.read_pandas(folders["evaluation"] / "backtest.parquet")


def wape(rows: pd.DataFrame) -> float:
    return float((rows["actual"] - rows["predicted"]).abs().sum() / rows["actual"].sum())


def test_each_candidate_has_its_error_over_all_origins_and_from_each(
    report: RunReport, rows: pd.DataFrame
) -> None:
    assert report.backtest is not None
    assert {c.name for c in report.backtest.candidates} == set(rows["candidate"])
    for candidate in report.backtest.candidates:
        own = rows[rows["candidate"] == candidate.name]
        assert candidate.wape == pytest.approx(wape(own))
        by_origin = {str(origin)[:10]: wape(part) for origin, part in own.groupby("origin")}
        assert {str(origin): error for origin, error in candidate.by_origin} == pytest.approx(by_origin)


def test_candidates_stand_best_first_and_the_winner_is_marked(report: RunReport) -> None:
    assert report.backtest is not None
    errors = [c.wape for c in report.backtest.candidates]
    assert errors == sorted(errors, key=lambda e: e or 0)
    assert [c.name for c in report.backtest.candidates if c.winner] == ["lagged"]


def test_groups_have_the_error_of_their_rows_and_mark_the_least(
    report: RunReport, rows: pd.DataFrame
) -> None:
    assert report.backtest is not None
    horizon, country, city = report.backtest.levels
    assert [group.name for group in horizon.groups] == ["1", "2", "3"]
    assert {group.name for group in country.groups} == set(rows["Country"])
    assert {group.name for group in city.groups} == set(rows["City"])
    names = [c.name for c in report.backtest.candidates]
    for group in city.groups:
        own = rows[rows["City"] == group.name]
        expected = [wape(own[own["candidate"] == name]) for name in names]
        assert list(group.wapes) == pytest.approx(expected)
        assert group.best == expected.index(min(expected))
        assert group.n == len(own) // len(names)


def test_best_and_worst_stores_are_the_ends_of_one_order(report: RunReport, rows: pd.DataFrame) -> None:
    assert report.backtest is not None
    own = rows[rows["candidate"] == "lagged"]
    errors = {str(store): wape(part) for store, part in own.groupby("StoreID")}
    ranked = sorted(errors, key=lambda store: errors[store])
    assert [s.name for s in report.backtest.stores.best] == ranked[:4]  # half of eight
    assert [s.name for s in report.backtest.stores.worst] == ranked[:3:-1]
    worst = report.backtest.stores.worst[0]
    part = own[own["StoreID"] == worst.name]
    assert worst.sold == part["actual"].sum()
    assert worst.location == f"{part['City'].iloc[0]}, {part['Country'].iloc[0]}"


def test_a_place_that_nobody_gave_is_not_shown_as_one(write_run: WriteRun, tmp_path: Path) -> None:
    report = from_sources(read(write_run(tmp_path, cities=[("unknown", "unknown")])), {})
    assert report.span is not None
    assert (report.span.cities, report.span.countries) == (0, 0)
    assert report.backtest is not None
    assert [level.head for level in report.backtest.levels if level.groups] == ["Months ahead"]
    assert {store.location for store in report.backtest.stores.best} == {""}


def test_a_store_that_sells_next_to_nothing_is_not_ranked(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path)
    path = folders["evaluation"] / "backtest.parquet"
    rows = frames.read_pandas(path)
    rows.loc[rows["StoreID"] == "S000", "actual"] /= 1000  # from about 400 a month
    frames.write(rows, path)
    table = from_sources(read(folders), {}).backtest
    assert table is not None
    assert table.stores.unranked == 1
    assert "S000" not in {store.name for store in (*table.stores.best, *table.stores.worst)}


def test_of_forecasts_that_overlap_the_newest_are_drawn(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path)
    path = folders["evaluation"] / "backtest.parquet"
    rows = frames.read_pandas(path)
    # the middle origin moves from June to August: its September to November lie across the newest's October
    middle = rows["origin"] == "2023-06-01"
    rows.loc[middle, "origin"] = pd.Timestamp("2023-08-01")
    rows.loc[middle, "Month"] = rows.loc[middle, "Month"] + pd.DateOffset(months=2)
    frames.write(rows, path)
    past = from_sources(read(folders), {}).history
    assert past is not None
    assert (past.origins_drawn, past.origins_all) == (2, 3)
    starts = {past.stores["months"][run["start"]] for store in past.stores["stores"] for run in store["runs"]}
    assert starts == {"Apr 2023", "Oct 2023"}
    assert len(past.totals) == 9  # the table leaves none out


def test_the_total_adds_up_all_stores_by_origin_and_month(report: RunReport, rows: pd.DataFrame) -> None:
    assert report.history is not None
    own = rows[rows["candidate"] == "lagged"]
    assert len(report.history.totals) == 9  # three origins of three months
    for total in report.history.totals:
        here = (own["origin"] == str(total.origin)) & (own["Month"] == str(total.month))
        sums = own.loc[here, ["actual", "predicted"]].sum()
        assert (total.sold, total.predicted) == pytest.approx(tuple(sums))


def test_the_total_is_drawn_from_sums_over_the_stores(
    folders: Folders, report: RunReport, rows: pd.DataFrame
) -> None:
    assert report.history is not None
    monthly = frames.read_pandas(folders["monthly"] / "monthly.parquet")
    sold = monthly[monthly["Complete"]].groupby("Month")["QuantitySold"].sum()
    sold = sold[sold.index >= "2021-03-01"]  # 24 months before the oldest origin, March 2023
    by_month = {name: part.groupby("Month") for name, part in rows.groupby("candidate")}
    runs = [
        Segment(
            start=list(sold.index).index(pd.Timestamp(first)),
            predicted=list(by_month["lagged"]["predicted"].sum()[first:][:3]),
            lower=list(by_month["lagged"]["lower"].sum()[first:][:3]),
            upper=list(by_month["lagged"]["upper"].sum()[first:][:3]),
            rival=list(by_month["seasonal-naive-growth"]["predicted"].sum()[first:][:3]),
        )
        for first in ("2023-04-01", "2023-07-01", "2023-10-01")  # the months after the origins
    ]
    assert report.history.chart == line_chart([month.date() for month in sold.index], list(sold), runs)


def test_the_comparison_is_the_best_of_the_other_kind(report: RunReport) -> None:
    assert report.history is not None
    assert report.history.rival == "seasonal-naive-growth"
    assert history.rival_of("last-month", "last-month", ["last-month", "champion", "lagged"]) == "lagged"
    assert history.rival_of("lagged", None, ["lagged", "xgboost"]) is None
    assert history.rival_of("lagged", "champion", ["lagged", "last-month", "champion"]) == "champion"


def test_stores_to_choose_from_are_drawn_as_they_sold(folders: Folders, report: RunReport) -> None:
    assert report.history is not None
    monthly = frames.read_pandas(folders["monthly"] / "monthly.parquet")
    monthly = monthly[monthly["Complete"]]
    stores = report.history.stores["stores"]
    sizes = monthly.groupby(list(SERIES))["QuantitySold"].sum()
    assert [s["name"] for s in stores] == [k[0] for k in sizes.sort_values(ascending=False).index]
    late = next(s for s in stores if s["name"] == "S001")
    sold = monthly[monthly["StoreID"] == "S001"]["QuantitySold"]
    months = report.history.stores["months"]
    assert len(late["sold"]) == len(months)
    assert late["sold"][: -len(sold)] == [None] * (len(months) - len(sold))  # not yet open
    assert late["sold"][-len(sold) :] == pytest.approx(list(sold), rel=1e-3)


def test_with_very_many_stores_only_the_largest_are_embedded(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_STORES", 3)
    cut = from_sources(read(folders), {}).history
    assert cut is not None
    assert (cut.stores_shown, cut.stores_all) == (3, 8)


def test_too_few_forecasts_leave_the_band_out(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path, stores=1)
    rows = frames.read_pandas(folders["evaluation"] / "backtest.parquet").assign(lower=None, upper=None)
    frames.write(rows.astype({"lower": float, "upper": float}), folders["evaluation"] / "backtest.parquet")
    past = from_sources(read(folders), {}).history
    assert past is not None
    assert not past.banded
    assert past.chart.band == ""


def test_the_customers_recipe_is_compared_on_the_same_origins(report: RunReport, rows: pd.DataFrame) -> None:
    recipe = report.recipe
    assert recipe is not None
    assert recipe.random == 0.05
    assert recipe.time == pytest.approx((0.12 + 0.15 + 0.18) / 3)
    assert recipe.error_ratio == pytest.approx(3)
    own = rows[rows["candidate"] == "last-month"]
    expected = [wape(part) for _, part in own.groupby("origin")][::-1]  # newest first
    line = next(line for line in recipe.lines if line.label == "Last month")
    assert list(line.wapes) == pytest.approx(expected)
    assert line.mean == pytest.approx(sum(expected) / 3)
    assert "Random forest" not in {line.label for line in recipe.lines}  # neither baseline nor winner


def test_importance_is_ordered_and_a_negative_one_has_no_bar(report: RunReport) -> None:
    (model,) = report.importance
    # by the longer bar: 1 and 1, none and 0.75, 0.2525 and 0.5, 0 and 0.25
    assert [field.name for field in model.fields] == ["StoreID", "QuantitySold", "Season", "Price"]
    assert [field.impurity_bar for field in model.fields] == pytest.approx([1, 0.75, 0.5, 0.25])
    assert [field.permutation_bar for field in model.fields] == pytest.approx([1, 0, 0.2525, 0])
    assert model.fields[1].permutation is None


def test_an_axis_says_its_steps_exactly(report: RunReport) -> None:
    assert report.backtest is not None
    for worst, texts in ((0.11, ["0.0%", "2.5%", "5.0%"]), (0.16, ["0%", "5%", "10%"])):
        candidate = replace(report.backtest.candidates[0], wape=worst, by_origin=())
        backtest = replace(report.backtest, candidates=(candidate,))
        assert [tick.text for tick in backtest.axis][:3] == texts
        assert backtest.end >= worst


def test_versions_name_data_by_hash_and_the_parameters(report: RunReport) -> None:
    facts = {title: dict(pairs) for title, pairs in report.versions}
    assert facts["Run"] == {
        "Recipe": "extended",
        "Backtest origins": "2023-09, 2023-06, 2023-03",
        "Months ahead": "3",
    }
    assert facts["Data"]["sales-raw"] == "a1" * 32
    assert facts["Data"]["sales-monthly"].startswith("b5" * 32)
    assert facts["Model"] == {
        "Winner": "lagged",
        "Trained until": "2023-12",
        "Recipe": "extended",
        "Seed": "42",
        "Name": "monthly-demand",
        "Version": "3",
    }
