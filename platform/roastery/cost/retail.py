"""Azure's public retail price API: no sign-in, list prices only.

Source: learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from roastery.cost.model import CostLine, Meter
from roastery.cost.prices import Price, PriceList
from roastery.errors import RoasteryError

ENDPOINT = "https://prices.azure.com/api/retail/prices"
_VERSION = "2023-01-01-preview"
_SECONDS = 30
_PAGES = 20
_NOT_ON_DEMAND = ("Spot", "Low Priority")


class RetailPricesError(RoasteryError):
    """The retail price API does not answer, or not as documented."""

    exit_code = 75


def fetch(lines: Iterable[CostLine], currency: str, on_progress: Callable[[str], None]) -> PriceList:
    """The prices of the lines' meters in their regions.

    Raises:
        RetailPricesError: the API can't be reached or answers with an error.
    """
    wanted = dict.fromkeys((line.meter, line.region) for line in lines)
    prices: list[Price] = []
    for number, (meter, region) in enumerate(wanted, start=1):
        on_progress(f"price {number} of {len(wanted)}: {meter.key} {meter.sku}")
        prices += _prices(meter, region, currency)
    return PriceList(prices, urlsplit(ENDPOINT).hostname or ENDPOINT)


def _prices(meter: Meter, region: str, currency: str) -> list[Price]:
    conditions = [
        f"serviceName eq '{meter.service}'",
        "priceType eq 'Consumption'",
        f"(armRegionName eq '{region}' or armRegionName eq '' or armRegionName eq 'Global')",
        f"meterName eq '{meter.name}'" if meter.name else f"armSkuName eq '{meter.sku}'",
    ]
    if meter.product:
        conditions.append(f"productName eq '{meter.product}'")
    query = {
        "api-version": _VERSION,
        "currencyCode": f"'{currency}'",
        # All meters, not the primary ones alone: for most services those are of another region.
        "$filter": " and ".join(conditions),
    }
    url = f"{ENDPOINT}?{urlencode(query)}"
    latest: dict[tuple[str, Decimal], tuple[str, Price]] = {}
    for _ in range(_PAGES):
        page = _get(url)
        for item in page["Items"]:
            price, since = _price(item, meter), str(item.get("effectiveStartDate") or "")
            # A price that replaces another has the later date.
            if price and since >= latest.get((price.region, price.start), ("", price))[0]:
                latest[price.region, price.start] = since, price
        url = str(page.get("NextPageLink") or "")
        if not url or urlsplit(url).hostname != urlsplit(ENDPOINT).hostname:
            break
    return [price for _, price in latest.values()]


def _price(item: Mapping[str, Any], meter: Meter) -> Price | None:
    machine = not meter.name
    sku = str(item.get("armSkuName" if machine else "skuName") or "")
    if sku.lower() != meter.sku.lower():
        return None
    on_demand = not str(item.get("skuName")).endswith(_NOT_ON_DEMAND)
    if machine and ("Windows" in str(item.get("productName")) or not on_demand):
        return None
    region = str(item.get("armRegionName") or "")
    row = {
        "meter": meter.key,
        "sku": meter.sku,
        "region": "" if region == "Global" else region,
        "unit": item.get("unitOfMeasure"),
        "price": item.get("retailPrice"),
        "currency": item.get("currencyCode"),
        "from": item.get("tierMinimumUnits") or 0,
    }
    return Price.of(row, f"{urlsplit(ENDPOINT).hostname}, {meter.key}")


def _get(url: str) -> Mapping[str, Any]:
    host = urlsplit(url).netloc
    advice = "name a price list instead: --prices FILE; roast cost --template FILE writes one to fill in"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - our own address
            page: Any = json.load(answer)
    except urllib.error.HTTPError as error:
        raise RetailPricesError(f"{host} answers {error.code} {error.reason}", advice) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise RetailPricesError(f"{host} does not answer: {reason}", advice) from None
    if not isinstance(page, dict) or not isinstance(page.get("Items"), list):
        raise RetailPricesError(f"{host} does not answer with prices", advice)
    return page
