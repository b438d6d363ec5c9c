"""The public list prices: what is asked, which answers count, what happens without an answer."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from roastery.cost import retail
from roastery.cost.model import CostLine, Meter
from roastery.cost.retail import RetailPricesError, fetch

SIZE = Meter(service="Virtual Machines", name="", sku="Standard_D4s_v5", unit="Hour")
ZONE = Meter(service="Azure DNS", name="Private Zone", sku="Private", unit="Month")


@dataclass
class Retail:
    """What stands in for prices.azure.com: an answer for each page."""

    pages: list[Any] = field(default_factory=list[Any])
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


def item(price: float, **changes: Any) -> dict[str, Any]:
    """An entry with the keys of the documented answer."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "armRegionName": "eastus2",
        "effectiveStartDate": "2026-01-01T00:00:00Z",
        "meterName": "D4s v5",
        "productName": "Virtual Machines Dsv5 Series",
        "skuName": "D4s v5",
        "serviceName": "Virtual Machines",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "armSkuName": "Standard_D4s_v5",
        **changes,
    }


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Retail]:
    api = Retail()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append(
                {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            )
            page = api.pages.pop(0) if len(api.pages) > 1 else api.pages[0]
            text = page if isinstance(page, bytes) else json.dumps(page).encode()
            self.send_response(api.status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    monkeypatch.setattr(retail, "ENDPOINT", f"http://127.0.0.1:{server.server_port}/api/retail/prices")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield api
    server.shutdown()
    server.server_close()
    thread.join()


def line(meter: Meter) -> CostLine:
    return CostLine(resource="r", meter=meter, region="eastus2", minimum=Decimal(1), maximum=Decimal(1))


def cost(meter: Meter, quantity: int = 1) -> Decimal | None:
    return fetch([line(meter)], "USD", lambda _: None).cost(line(meter), Decimal(quantity))


def test_meters_whose_primary_region_is_another_are_asked_for(api: Retail) -> None:
    """In eastus2 that is every meter of the firewall, AKS, registries, vaults and addresses."""
    api.pages = [{"Items": [item(0.192, isPrimaryMeterRegion=False)], "NextPageLink": None}]

    assert cost(SIZE) == Decimal("0.192")
    assert "meterRegion" not in api.asked[0]


def test_a_machines_price_is_that_of_linux_on_demand(api: Retail) -> None:
    others = [
        item(9, productName="Virtual Machines Dsv5 Series Windows"),
        item(8, skuName="D4s v5 Spot"),
        item(7, skuName="D4s v5 Low Priority"),
        item(6, armSkuName="Standard_D4s_v5_Promo"),
        item(5, armRegionName="westus2"),
    ]
    api.pages = [{"Items": [*others, item(0.25)], "NextPageLink": None}]

    assert cost(SIZE, 730) == Decimal("182.50")
    assert "armSkuName eq 'Standard_D4s_v5'" in api.asked[0]["$filter"]
    assert "priceType eq 'Consumption'" in api.asked[0]["$filter"]
    assert api.asked[0]["currencyCode"] == "'USD'"


def test_a_meter_of_no_region_is_for_every_region_and_has_its_tiers(api: Retail) -> None:
    zone = {"armRegionName": "", "skuName": "Private", "unitOfMeasure": "1", "armSkuName": ""}
    api.pages = [{"Items": [item(0.5, **zone), item(0.1, **zone, tierMinimumUnits=25.0)]}]
    assert cost(ZONE, 30) == Decimal("13.0")
    assert "meterName eq 'Private Zone'" in api.asked[0]["$filter"]


def test_the_newer_of_two_prices_counts(api: Retail) -> None:
    api.pages = [{"Items": [item(2, effectiveStartDate="2026-06-01T00:00:00Z"), item(1)]}]
    assert cost(SIZE) == 2


def test_all_pages_of_the_same_host_are_read(api: Retail) -> None:
    api.pages = [
        {"Items": [], "NextPageLink": f"{retail.ENDPOINT}?$skip=1000"},
        {"Items": [item(3)], "NextPageLink": "https://elsewhere.example/more"},
    ]
    assert cost(SIZE) == 3
    assert len(api.asked) == 2


def test_a_meter_that_is_not_listed_has_no_price(api: Retail) -> None:
    api.pages = [{"Items": []}]
    assert cost(SIZE) is None


@pytest.mark.parametrize(
    ("status", "page", "words"),
    [
        (429, {}, r"answers 429 Too Many Requests \(name a price list instead: --prices FILE"),
        (200, b"<html>", "does not answer"),
        (200, {"Error": "x"}, "does not answer with prices"),
    ],
)
def test_an_answer_that_is_none_is_said(api: Retail, status: int, page: Any, words: str) -> None:
    api.status, api.pages = status, [page]
    with pytest.raises(RetailPricesError, match=words):
        cost(SIZE)


def test_without_a_way_to_the_list_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr(retail, "ENDPOINT", f"http://127.0.0.1:{port}/api/retail/prices")
    with pytest.raises(RetailPricesError, match=r"does not answer: .*--prices FILE.*--template FILE"):
        cost(SIZE)
