from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import pytest

from ml.core.forecasts import ForecastRow
from ml.serving.contract import MAX_PROBLEMS, MAX_ROWS
from ml.serving.request import RequestRefusedError, parse

GOOD = {"StoreID": "S001", "Month": "2026-12"}


def refused(body: Any) -> RequestRefusedError:
    """The refusal of that body: bytes as they are, anything else as JSON."""
    with pytest.raises(RequestRefusedError) as caught:
        parse(body if isinstance(body, bytes) else json.dumps(body).encode())
    json.dumps(caught.value.body(), allow_nan=False).encode()  # it can be sent
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        {"rows": [{**GOOD, "Price": 3.5}]},
        [{**GOOD, "Price": 3.5, "City": None}],
        {"input_data": {"columns": ["Price", "Month", "StoreID"], "data": [[3.5, "2026-12", "S001"]]}},
        {
            "input_data": {
                "columns": ["StoreID", "Month", "Price"],
                "index": [7],
                "data": [["S001", "2026-12-31", 3.5]],
            }
        },
    ],
    ids=["rows", "list", "split", "split with index"],
)
def test_every_form_of_a_request_gives_the_same_rows(body: Any) -> None:
    assert parse(json.dumps(body).encode()) == [
        ForecastRow(store_id="S001", month=dt.date(2026, 12, 1), price=3.5)
    ]


def test_every_field_reaches_its_row() -> None:
    texts = {"Country": "México", "City": "León", "Weather": "Sunny", "Promotion": "No", "Holiday": "None"}
    (row,) = parse(json.dumps([{**GOOD, **texts, "Price": 0}]).encode())
    assert row == ForecastRow(
        store_id="S001",
        month=dt.date(2026, 12, 1),
        country="México",
        city="León",
        price=0.0,
        weather="Sunny",
        promotion="No",
        holiday="None",
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "not JSON"),
        (b"StoreID,Month\nS001,2026-12\n", "not JSON"),
        (b'[{"StoreID": "S\xe91", "Month": "2026-12"}]', "not JSON in UTF-8"),
        (json.dumps([GOOD]).encode("utf-16"), "not JSON in UTF-8"),
        (b'[{"StoreID": "\\ud800", "Month": "2026-12"}]', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'[{"StoreID": "S001", "Month": "2026-12", "Price": ' + b"9" * 5000 + b"}]", "not JSON"),
        (b"null", "should be"),
        (b"3", "should be"),
        (b'"rows"', "should be"),
        (b"{}", "should be"),
        (b'{"rows": {}}', "should be"),
        (b'{"rows": [], "more": 1}', "should be"),
        (b'{"input_data": 3}', "input_data: should be an object"),
        (b'{"input_data": {"columns": ["StoreID"]}}', "input_data.data: is missing"),
        (
            b'{"input_data": {"columns": ["Month", "Month"], "data": [["2026-12", "2026-11"]]}}',
            "occurs twice",
        ),
        (b'{"input_data": {"columns": ["Month"], "data": [[{}]]}}', "input_data.data.0"),
    ],
)
def test_what_is_no_request_is_refused_with_400_and_the_reason(body: bytes, says: str) -> None:
    answer = refused(body)
    assert answer.status == 400
    assert says in answer.message


@pytest.mark.parametrize(
    ("row", "field", "says", "value"),
    [
        ({"Month": "2026-12"}, "StoreID", "is missing", None),
        ({"StoreID": "S001"}, "Month", "is missing", None),
        ({**GOOD, "StoreID": None}, "StoreID", "valid string", None),
        ({**GOOD, "StoreID": 7}, "StoreID", "valid string", 7),
        ({**GOOD, "StoreID": ""}, "StoreID", "at least 1 character", ""),
        ({**GOOD, "StoreID": "x" * 1000}, "StoreID", "at most 200", "x" * 200 + "…"),
        ({**GOOD, "Month": 202612}, "Month", "valid string", 202612),
        ({**GOOD, "Month": "2026-13"}, "Month", "such as 2026-12", "2026-13"),
        ({**GOOD, "Month": "2026-02-30"}, "Month", "such as 2026-12", "2026-02-30"),
        ({**GOOD, "Month": "December 2026"}, "Month", "such as 2026-12", "December 2026"),
        ({**GOOD, "Month": "0000-01"}, "Month", "such as 2026-12", "0000-01"),
        ({**GOOD, "Month": "20261201"}, "Month", "such as 2026-12", "20261201"),
        ({**GOOD, "Month": "2026-12\n"}, "Month", "such as 2026-12", "2026-12\n"),
        ({**GOOD, "Month": "2026-W07"}, "Month", "such as 2026-12", "2026-W07"),
        ({**GOOD, "Month": "٢٠٢٦-12"}, "Month", "such as 2026-12", "٢٠٢٦-12"),
        ({**GOOD, "Price": "3.5"}, "Price", "valid number", "3.5"),
        ({**GOOD, "Price": True}, "Price", "valid number", True),
        ({**GOOD, "Price": -0.01}, "Price", "greater than or equal to 0", -0.01),
        ({**GOOD, "Price": float("nan")}, "Price", "", "nan"),
        ({**GOOD, "Price": float("inf")}, "Price", "", "inf"),
        ({**GOOD, "Price": 1e300}, "Price", "less than or equal to 1000000000", 1e300),
        ({**GOOD, "Price": 10**100}, "Price", "less than or equal to", "a whole number of 333 bits"),
        ({**GOOD, "Price": [3.5]}, "Price", "valid number", "a list of 1"),
        ({**GOOD, "Weather": {"is": "Sunny"}}, "Weather", "valid string", "an object of 1"),
        ({**GOOD, "Weather": float("nan")}, "Weather", "valid string", "nan"),
        (
            {**GOOD, "Promo": "Yes"},
            "Promo",
            "not a field of a row; the fields are: StoreID, Month,",
            "Yes",
        ),
        ({**GOOD, **{f"x{i}": 1 for i in range(100)}}, "", "has 102 fields", None),
        (7, "", "object of fields", 7),
        (None, "", "object of fields", None),
        ([], "", "object of fields", "a list of 0"),
    ],
)
def test_a_bad_row_is_refused_with_422_its_position_field_reason_and_value(
    row: Any, field: str, says: str, value: Any
) -> None:
    answer = refused([GOOD, row])
    assert answer.status == 422
    (problem,) = answer.body()["error"]["rows"]
    assert (problem["row"], problem["field"], problem["value"]) == (1, field, value)
    assert says in problem["reason"]


def test_all_problems_of_all_rows_are_listed() -> None:
    answer = refused([{**GOOD, "StoreID": 1, "Price": "x"}, GOOD, {}])
    assert [(problem.row, problem.field) for problem in answer.rows] == [
        (0, "StoreID"),
        (0, "Price"),
        (2, "StoreID"),
        (2, "Month"),
    ]
    assert answer.message == "2 bad rows"


def test_a_split_row_with_too_few_values_is_named() -> None:
    answer = refused(
        {"input_data": {"columns": ["StoreID", "Month"], "data": [["S001", "2026-12"], ["S001"]]}}
    )
    assert [(problem.row, problem.reason) for problem in answer.rows] == [(1, "has 1 values for 2 columns")]


def test_a_thousand_bad_rows_are_counted_but_not_all_listed() -> None:
    answer = refused([{}] * 1000)
    assert len(answer.body()["error"]["rows"]) == MAX_PROBLEMS
    assert answer.message == f"1000 bad rows; the first {MAX_PROBLEMS} problems are listed"


def test_no_rows_are_refused() -> None:
    assert [refused(body).status for body in ([], {"rows": []})] == [422, 422]


def test_as_many_rows_as_allowed_are_taken_and_one_more_is_too_many() -> None:
    assert len(parse(json.dumps([GOOD] * MAX_ROWS).encode())) == MAX_ROWS
    answer = refused([GOOD] * (MAX_ROWS + 1))
    assert answer.status == 413
    assert str(MAX_ROWS) in answer.message


def test_a_row_of_very_many_unknown_fields_costs_little() -> None:
    body = json.dumps([{f"x{i}": 1 for i in range(200_000)}]).encode()
    start = time.perf_counter()
    assert len(refused(body).rows) == 1
    assert time.perf_counter() - start < 5  # listing them all takes minutes
