"""Drift is found, told, measured and turned into an event."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ml.store import mltable
from roastery.jobs import telemetry
from roastery.jobs.errors import JobsError, TransientError, UsageError
from roastery.jobs.event import SECRET, Webhook
from roastery.jobs.telemetry import PSI, Metric

pytestmark = pytest.mark.xdist_group("api")


class Listener:
    """An HTTP server that keeps what it is sent and answers as told, the last answer for ever."""

    def __init__(self, *answers: int) -> None:
        self.got: list[tuple[str, str, bytes]] = []
        left = list(answers)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, self.headers.get("Authorization", ""), body))
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                said = b'{"itemsReceived":1,"itemsAccepted":1,"errors":[]}'
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - theirs
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    made: list[Listener] = []

    def start(*answers: int) -> Listener:
        made.append(Listener(*(answers or (200,))))
        return made[-1]

    yield start
    for one in made:
        one.server.shutdown()
        one.server.server_close()


AS_EVER = "ever"


def sales(promoted: str) -> pl.DataFrame:
    """Three stores from January 2025 to February 2026; the last month's promotions are as told."""
    days = pl.DataFrame({"Date": pl.date_range(pl.date(2025, 1, 1), pl.date(2026, 2, 28), eager=True)})
    stores = pl.DataFrame({"StoreID": ["S1", "S2", "S3"]})
    day, month = pl.col("Date").dt.ordinal_day(), pl.col("Date").dt.month()
    new = (pl.col("Date") >= pl.date(2026, 2, 1)) & (promoted != AS_EVER)
    return stores.join(days, how="cross").with_columns(
        Country=pl.lit("USA"),
        City=pl.lit("Austin"),
        Category=pl.lit("Coffee"),
        Product=pl.lit("Latte"),
        QuantitySold=200.0 / pl.col("Date").dt.month_end().dt.day(),
        Price=3.0 + (day % 7) / 10,
        Weather=pl.when(month < 6).then(pl.lit("rainy")).otherwise(pl.lit("sunny")),
        Promotion=pl.when(new)
        .then(pl.lit(promoted))
        .otherwise(pl.when(day % 4 == 0).then(pl.lit("Yes")).otherwise(pl.lit("No"))),
        Holiday=pl.lit("None"),
    )


@pytest.fixture
def arrive(entities: Any, ml: Any, unique: str, tmp_path: Path) -> Callable[[str], str]:
    """Registers sales as the next version of an asset, and gives its name."""

    def register(promoted: str) -> str:
        folder = tmp_path / f"raw-{promoted}"
        folder.mkdir()
        rows = sales(promoted).to_arrow()
        with mltable.writer(folder, rows.schema) as write:
            write(rows)
        ml.data.create_or_update(entities.Data(name=f"raw-{unique}", path=str(folder), type="mltable"))
        return f"raw-{unique}"

    return register


def test_drift_is_told_measured_and_asks_for_a_retrain(
    ml: Any, roast: Any, endpoint: Any, model: Any, rows: str, arrive: Any, listen: Any, tmp_path: Path
) -> None:
    name, hook, secret = endpoint("blue", "green"), listen(503, 200), tmp_path / "secret"
    code, _, err = roast("monitor", "--endpoint", name)
    assert (code, f"no model is in service at {name}" in err) == (1, True)
    served = model("flat", trained_until="2025-12", wape="0.2", role="champion")
    assert roast("promote", "--endpoint", name, "--rows", rows, "--model", served, "--watch", "0")[0] == 0
    secret.write_text("from-the-grove\n")
    options = ["--endpoint", name, "--recent", "28", "--report", str(tmp_path / "report.json")]
    options += ["--webhook", hook.url, "--webhook-secret", str(secret)]

    data = arrive("Yes")
    code, out, err = roast("monitor", "--data", data, "--json", *options)
    assert code == 10, err
    said = json.loads(out)
    assert said == json.loads((tmp_path / "report.json").read_text())
    assert said["features"][0]["feature"] == "Promotion"
    assert {one["feature"] for one in said["features"] if one["level"] != "none"} == {"Promotion"}
    # 200 are sold in each month that came, 100 were forecast
    assert said["residual"] == {
        "rows": 6,
        "wape": pytest.approx(0.5),
        "backtest": 0.2,
        "ratio": pytest.approx(2.5),
    }
    assert len(said["reasons"]) == 2
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    worst = max((one for one in lines if one["name"] == PSI), key=lambda one: one["value"])
    assert worst["properties"]["feature"] == "Promotion"
    assert worst["value"] > 0.25
    assert [header for _, header, _ in hook.got] == ["Bearer from-the-grove"] * 2
    assert json.loads(hook.got[1][2])["event"] == "drift"
    assert "from-the-grove" not in out + err
    assert ml.online_deployments.get("blue", name).tags["roast-drift"].startswith("drifted")

    code, out, err = roast("monitor", "--data", arrive(AS_EVER), "--residual", "9", *options)
    assert (code, "is stable" in out) == (0, True), err
    assert len(hook.got) == 2
    tags = ml.online_deployments.get("blue", name).tags
    assert tags["roast-drift"].startswith("stable: psi 0.00")

    code, out, err = roast("status", "--endpoint", name, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["drift"].startswith("stable: psi")
    assert told["endpoint"]["deployments"][0] | {"drift": ""} == {
        "name": "blue",
        "traffic": 100,
        "state": "Succeeded",
        "model": served,
        "outcome": "in service",
        "drift": "",
    }
    code, out, _ = roast("status", "--endpoint", name)
    assert (code, served in out) == (0, True)


def test_metrics_arrive_in_application_insights_as_the_rule_reads_them(
    listen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    insights = listen(200)
    key = "11111111-2222-4333-8444-555555555555"
    monkeypatch.setenv(telemetry.CONNECTION, f"InstrumentationKey={key};IngestionEndpoint={insights.url}")
    told: list[str] = []
    telemetry.write(
        [Metric(name=PSI, value=0.5, properties={"feature": "Price"}), Metric(name=PSI, value=0.1)],
        None,
        told.append,
    )
    assert len(told) == 2
    sent = [one for _, _, body in insights.got for one in json.loads(body)]
    metrics = [one["data"]["baseData"]["metrics"][0] for one in sent]
    assert {(one["name"], one["max"], one["count"]) for one in metrics} == {(PSI, 0.5, 1), (PSI, 0.1, 1)}


def test_an_event_with_a_wrong_secret_is_final_and_a_busy_place_is_not(listen: Any) -> None:
    with pytest.raises(JobsError, match=r"refused .* 401 \(check the address and the secret\)") as caught:
        Webhook(url=listen(401).url, secret="s").send({})
    assert caught.value.exit_code == 1
    with pytest.raises(TransientError, match="answered 503"):
        Webhook(url=listen(503).url, secret="s").send({})
    with pytest.raises(TransientError, match="did not reach"):
        Webhook(url="http://127.0.0.1:9/", secret="s").send({})


def test_a_secret_is_needed_and_never_sent_in_the_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="needs a secret"):
        Webhook.read("https://events.example/drift", None)
    with pytest.raises(UsageError, match="can't be read"):
        Webhook.read("https://events.example/drift", tmp_path / "none")
    monkeypatch.setenv(SECRET, "s3cret")
    with pytest.raises(UsageError, match="in the clear"):
        Webhook.read("http://events.example/drift", None)
    with pytest.raises(UsageError, match="is no address"):
        Webhook.read("events", None)
    found = Webhook.read("http://drift.argo-events.svc:12000/", None)
    assert (found.secret, "s3cret" in repr(found)) == ("s3cret", False)
