"""Prices by meter, and how they are read from a user's file.

A price list is CSV with the columns `meter,sku,region,unit,price,currency` and, for meters with tiers, `from`
(the first unit that a tier is for); or JSON: a list of objects with these keys. Their words are those of the
retail price API: `meter` is serviceName, productName where several have such a meter, and meterName, joined
by `/`, for virtual machines the service alone; `sku` is skuName, for virtual machines the size; `unit` is
unitOfMeasure, such as `1 Hour`, `1 GB/Month`, `10K`. A price without region is for every region; a row that
has no price is skipped; lines that begin with # are comments. `roast cost --template FILE` writes one.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from roastery.cost.model import DAYS, HOURS, CostError, CostLine

COLUMNS = ("meter", "sku", "region", "unit", "price", "currency")
_TIER = "from"
_UNIT = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<scale>[KM]?)\s*(?P<base>.*)")
_SCALES = {"": 1, "K": 1000, "M": 1_000_000}
_BASES = {
    "hour": "Hour",
    "hours": "Hour",
    "/hour": "Hour",
    "day": "Day",
    "/day": "Day",
    "month": "Month",
    "/month": "Month",
    "gb": "GB",
    "gb/month": "GB/Month",
    "": "",
}
# Per month, so that prices by hour, day and month can be used for one quantity.
_PER_MONTH = {"Hour": Decimal(HOURS), "Day": DAYS, "Month": Decimal(1), "": Decimal(1)}


@dataclass(frozen=True, kw_only=True)
class Price:
    """The price of so many units, from a number of units on."""

    meter: str
    sku: str
    region: str
    unit: str
    amount: Decimal
    price: Decimal
    currency: str
    start: Decimal = Decimal(0)

    @classmethod
    def of(cls, row: Mapping[str, Any], where: str) -> Price | None:
        """The price of a row; None if it has none yet.

        Raises:
            CostError: a value is missing or wrong.
        """
        text = {name: str(row.get(name) or "").strip() for name in (*COLUMNS, _TIER)}
        if not text["price"] and row.get("price") != 0:
            return None
        missing = [name for name in ("meter", "unit", "currency") if not text[name]]
        if missing:
            raise CostError(f"{where}: {missing[0]} is empty", f"the columns are {', '.join(COLUMNS)}")
        amount, base = parse_unit(text["unit"], where)
        return cls(
            meter=text["meter"],
            sku=text["sku"],
            region=text["region"].lower(),
            unit=base,
            amount=amount,
            price=_number(str(row["price"]), f"{where}: price"),
            currency=text["currency"].upper(),
            start=_number(text[_TIER] or "0", f"{where}: {_TIER}"),
        )


class PriceList:
    """Prices of one currency."""

    def __init__(self, prices: Iterable[Price], source: str) -> None:
        """Raises CostError if there are several currencies, or two prices for the same."""
        self.source = source
        self._prices: dict[tuple[str, str], list[Price]] = {}
        currencies: set[str] = set()
        for price in prices:
            same = self._prices.setdefault((price.meter.lower(), price.sku.lower()), [])
            if any((each.region, each.start) == (price.region, price.start) for each in same):
                raise CostError(
                    f"{source} has two prices for {price.meter} {price.sku}", "keep the right one"
                )
            same.append(price)
            currencies.add(price.currency)
        if len(currencies) > 1:
            raise CostError(
                f"{source} has prices in {' and '.join(sorted(currencies))}", "keep to a single currency"
            )
        self.currency = next(iter(currencies), "")

    def cost(self, line: CostLine, quantity: Decimal) -> Decimal | None:
        """What a quantity of the line costs; None if the list has no price for it."""
        prices = self._prices.get((line.meter.key.lower(), line.meter.sku.lower()), [])
        for regions in ((line.region.lower(),), ("", "global")):
            tiers = sorted((each for each in prices if each.region in regions), key=lambda each: each.start)
            if tiers:
                return _tiered(tiers, line.meter.unit, quantity)
        return None


def _tiered(tiers: list[Price], unit: str, quantity: Decimal) -> Decimal | None:
    total = Decimal(0)
    for number, tier in enumerate(tiers):
        factor = _factor(unit, tier.unit)
        if factor is None:
            return None
        units = quantity * factor
        end = tiers[number + 1].start if number + 1 < len(tiers) else units
        within = max(Decimal(0), min(units, end) - tier.start)
        total += within / tier.amount * tier.price
    return total


def _factor(unit: str, billed: str) -> Decimal | None:
    """How many billed units one of ours is."""
    if unit == billed:
        return Decimal(1)
    if unit in _PER_MONTH and billed in _PER_MONTH:
        return _PER_MONTH[billed] / _PER_MONTH[unit]
    return None


def parse_unit(text: str, where: str) -> tuple[Decimal, str]:
    """Number and base of a unit of measure: `10K` is 10000 of a count, `1 GB/Month` one GB/Month.

    Raises:
        CostError: it is not a unit of measure of the retail price API.
    """
    match = _UNIT.fullmatch(text.strip())
    base = _BASES.get(match["base"].strip().lower()) if match else None
    if match is None or base is None or not Decimal(match["number"]):
        raise CostError(
            f"{where}: {text!r} is not a valid unit", "such as 1 Hour, 1/Day, 1/Month, 1 GB, 1 GB/Month, 10K"
        )
    return Decimal(match["number"]) * _SCALES[match["scale"]], base


def _number(text: str, where: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise CostError(f"{where} {text!r} is not a valid number", "write a decimal point and no separators")
    return value


def load(file: Path) -> PriceList:
    """The price list of a file.

    Raises:
        CostError: it can't be read, a row is wrong, or it has no prices.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CostError(f"--prices {file} can't be read: {error}", "name a CSV or JSON file") from None
    rows = _json_rows(text, file) if file.suffix.lower() == ".json" else _csv_rows(text, file)
    prices = [price for where, row in rows if (price := Price.of(row, where))]
    if not prices:
        raise CostError(f"--prices {file} has no prices", "fill in the column price")
    return PriceList(prices, str(file))


def _csv_rows(text: str, file: Path) -> list[tuple[str, Mapping[str, Any]]]:
    reader = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise CostError(
            f"--prices {file} lacks the column {missing[0]}", f"the first line is {','.join(COLUMNS)}"
        )
    return [(f"--prices {file}, row {number}", row) for number, row in enumerate(reader, start=1)]


def _json_rows(text: str, file: Path) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise CostError(f"--prices {file} is not valid JSON: {error}") from None
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise CostError(f"--prices {file} is not a list of objects", f"with the keys {', '.join(COLUMNS)}")
    return [(f"--prices {file}, entry {number}", row) for number, row in enumerate(content, start=1)]
