"""Price lists: what they hold, what is refused, how a quantity is priced."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from roastery.cost.model import CostError, CostLine, Meter
from roastery.cost.prices import COLUMNS, load, parse_unit

HEAD = ",".join((*COLUMNS, "from"))


def listed(path: Path, *rows: str) -> Path:
    file = path / "prices.csv"
    file.write_text("\n".join([HEAD, *rows]) + "\n")
    return file


def line(unit: str = "Hour", region: str = "eastus2", name: str = "Standard Gateway") -> CostLine:
    meter = Meter(service="Azure Bastion", name=name, sku="Standard", unit=unit)
    return CostLine(resource="b", meter=meter, region=region, minimum=Decimal(0), maximum=Decimal(0))


@pytest.mark.parametrize(
    ("unit", "billed", "quantity", "cost"),
    [
        ("1 Hour", "Hour", 730, "73.0"),
        ("100 Hours", "Hour", 730, "0.73"),
        ("1/Month", "Hour", 730, "0.1"),
        ("1/Day", "Hour", 48, "0.2"),
        ("1", "Month", 3, "0.3"),
        ("10K", "", 100_000, "1.0"),
        ("1M", "", 100_000, "0.01"),
        ("1 GB", "GB", 5, "0.5"),
    ],
)
def test_a_quantity_is_priced_in_the_unit_of_its_price(
    tmp_path: Path, unit: str, billed: str, quantity: int, cost: str
) -> None:
    prices = load(listed(tmp_path, f"Azure Bastion/Standard Gateway,Standard,eastus2,{unit},0.1,USD,"))
    assert prices.cost(line(billed), Decimal(quantity)) == pytest.approx(Decimal(cost))


def test_units_that_do_not_go_together_are_no_price(tmp_path: Path) -> None:
    prices = load(listed(tmp_path, "Azure Bastion/Standard Gateway,Standard,eastus2,1 GB,0.1,USD,"))
    assert prices.cost(line("Hour"), Decimal(1)) is None


def test_the_price_of_the_region_wins_over_the_one_for_all(tmp_path: Path) -> None:
    row = "Azure Bastion/Standard Gateway,Standard,{},1 Hour,{},USD,"
    prices = load(listed(tmp_path, row.format("", 1), row.format("westus2", 2)))
    assert prices.cost(line(region="westus2"), Decimal(1)) == 2
    assert prices.cost(line(region="eastus2"), Decimal(1)) == 1


def test_another_meter_sku_or_region_has_no_price(tmp_path: Path) -> None:
    prices = load(listed(tmp_path, "Azure Bastion/Standard Gateway,Standard,westus2,1 Hour,1,USD,"))
    assert prices.cost(line(region="eastus2"), Decimal(1)) is None
    assert prices.cost(line(region="westus2", name="Basic Gateway"), Decimal(1)) is None


def test_each_tier_prices_its_own_units(tmp_path: Path) -> None:
    row = "Azure Bastion/Standard Gateway,Standard,,1 GB,{},USD,{}"
    prices = load(listed(tmp_path, row.format(0, ""), row.format(3, 5), row.format(1, 10)))
    assert [prices.cost(line("GB"), Decimal(n)) for n in (4, 6, 12)] == [0, 3, 17]


def test_json_is_read_like_csv(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    values = ("Azure Bastion/Standard Gateway", "Standard", "eastus2", "1 Hour", 0.3, "eur")
    file.write_text(json.dumps([dict(zip(COLUMNS, values, strict=True))]))
    prices = load(file)
    assert (prices.currency, prices.cost(line(), Decimal(10))) == ("EUR", Decimal("3.0"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["a,b,c,1 Hour,x,USD,"], "row 1: price 'x' is not a valid number"),
        (["a,b,c,1 Hour,-1,USD,"], "price '-1' is not a valid number"),
        (["a,b,c,1 Fortnight,1,USD,"], "row 1: '1 Fortnight' is not a valid unit"),
        (["a,b,c,,1,USD,"], "row 1: unit is empty"),
        (["a,b,c,1 Hour,1,,"], "currency is empty"),
        (["a,b,c,1 Hour,1,USD,", "a,b,d,1 Hour,1,EUR,"], "prices in EUR and USD"),
        (["a,b,c,1 Hour,1,USD,", "A,b,c,1 Hour,2,USD,"], "has two prices for A b"),
        (["a,b,c,1 Hour,,USD,"], "has no prices"),
        ([], "has no prices"),
    ],
)
def test_a_wrong_list_names_row_and_value(tmp_path: Path, rows: list[str], words: str) -> None:
    with pytest.raises(CostError) as caught:
        load(listed(tmp_path, *rows))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.csv", "meter,sku\na,b\n", "lacks the column region"),
        ("p.json", "{", "is not valid JSON"),
        ("p.json", "{}", "is not a list of objects"),
        ("p.csv", None, "can't be read"),
    ],
)
def test_a_file_that_is_no_price_list_is_named(
    tmp_path: Path, name: str, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(CostError, match=words):
        load(tmp_path / name)


def test_a_unit_of_nothing_is_refused() -> None:
    with pytest.raises(CostError, match="not a valid unit"):
        parse_unit("0 Hour", "row 1")
