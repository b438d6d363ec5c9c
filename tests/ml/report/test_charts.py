from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from ml.report.charts import HEIGHT, WIDTH, Segment, line_chart, month_ticks, nice_ticks

MONTHS = [dt.date(2023, m, 1) for m in (1, 2, 3, 4, 5)]


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


@pytest.mark.parametrize("top", [0.07, 0.9, 1, 3, 99, 100, 101, 12_345, 7.2e8])
def test_ticks_are_few_and_even_and_hold_the_largest_value(top: float) -> None:
    ticks = nice_ticks(top)
    steps = {round((b - a) / ticks[1], 9) for a, b in itertools.pairwise(ticks)}
    assert ticks[0] == 0
    assert ticks[-2] < top <= ticks[-1] * (1 + 1e-9)
    assert 3 <= len(ticks) <= 6
    assert steps == {1.0}
    assert f"{ticks[1]:e}"[:3] in {"1.0", "2.0", "2.5", "5.0"}


def test_nothing_sold_still_has_an_axis() -> None:
    assert nice_ticks(0) == [0.0, 1.0]


def test_the_sales_run_from_edge_to_edge_and_zero_lies_on_the_ground() -> None:
    chart = line_chart(MONTHS, [0, 25, 50, 75, 100], [])
    # five months over 1000 wide are 250 apart; 100 is the top tick, so 25 is a quarter of 400 high
    assert points(chart.sold) == [(250 * i, HEIGHT - 100 * i) for i in range(5)]
    assert chart.y[-1].text == "100"
    assert points(chart.sold)[-1] == (WIDTH, 0)


def test_a_gap_in_the_sales_lifts_the_pen() -> None:
    assert line_chart(MONTHS, [10, 10, None, 10, 10], []).sold.count("M") == 2


def test_a_forecast_opens_from_the_last_month_known() -> None:
    run = Segment(start=3, predicted=[80, 90], lower=[70, 60], upper=[90, 100], rival=[None, None])
    chart = line_chart(MONTHS, [50, 50, 60, 70, 80], [run])
    assert points(chart.forecast) == [(500, 160), (750, 80), (1000, 40)]
    assert points(chart.band) == [(500, 160), (750, 40), (1000, 0), (1000, 160), (750, 120), (500, 160)]
    assert points(chart.forecast_dots) == [(750, 80), (1000, 40)]
    assert chart.origins == (0.5,)
    assert chart.rival == ""


def test_a_forecast_from_before_the_first_month_has_nothing_to_open_from() -> None:
    run = Segment(start=0, predicted=[10, 20], lower=[None, None], upper=[None, None], rival=[5, 6])
    chart = line_chart(MONTHS, [10, 20, 30, 40, 50], [run])
    assert len(points(chart.forecast)) == 2
    assert chart.band == ""
    assert len(points(chart.rival)) == 2


@pytest.mark.parametrize("count", [1, 4, 14, 30, 60, 140])
def test_month_labels_fit_a_phone(count: int) -> None:
    months = [dt.date(2015 + i // 12, i % 12 + 1, 1) for i in range(count)]
    ticks = month_ticks(months)
    assert 1 <= len(ticks) <= 6
    assert all(0 <= tick.at <= 1 for tick in ticks)


def test_years_are_labelled_where_there_are_several_and_months_where_not() -> None:
    months = [dt.date(2021 + i // 12, i % 12 + 1, 1) for i in range(30)]
    assert [tick.text for tick in month_ticks(months)] == ["2021", "2022", "2023"]
    assert [tick.text for tick in month_ticks(MONTHS)] == [
        "Jan 2023",
        "Feb 2023",
        "Mar 2023",
        "Apr 2023",
        "May 2023",
    ]
