"""Compares latency and throughput of the endpoint to those of a straightforward scoring script.

Both run in the real Azure ML inference server with one worker, on loopback, one after the other in one run;
both have a random forest trained on the same months and get the same requests.

    python benchmarks/serving.py [--stores 200] [--json]
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from naive_score import features
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ml.core import calendar, models
from ml.core.models.base import FitOptions
from ml.core.profile import Profile
from ml.core.schema import CUSTOMER_FEATURES, TARGET
from ml.serving.server import HOST, Server, serving
from ml.store import bundle

MONTHS = 36
WARM_UP = 20
REQUESTS = {1: 400, 100: 100, 1000: 30}
"""Rows per request → number of requests."""
CLIENTS = 4
SECONDS = 4.0


def history(stores: int, seed: int = 0) -> pd.DataFrame:
    """Synthetic months of that many stores, with the columns of `sales-features`."""
    chance = np.random.default_rng(seed)
    months = pd.date_range("2023-01-01", periods=MONTHS, freq="MS")
    frame = pd.DataFrame({"StoreID": np.repeat([f"S{i:04}" for i in range(stores)], MONTHS)})
    store = np.repeat(np.arange(stores), MONTHS)
    frame["Country"] = np.array(["USA", "Canada", "México"])[store % 3]
    frame["City"] = [f"City {i}" for i in store % 40]
    frame["Month"] = np.tile(months, stores)
    number, days = calendar.as_months(frame["Month"]), frame["Month"].dt.days_in_month
    season = 1 + 0.2 * np.sin(frame["Month"].dt.month / 12 * 2 * np.pi)
    level = chance.lognormal(4, 0.5, stores)[store]
    return frame.assign(
        QuantitySold=level * season * days * chance.lognormal(0, 0.05, len(frame)),
        Price=chance.uniform(2, 5, stores)[store],
        Weather=chance.choice(["Sunny", "Rainy", "Cloudy", "Snowy"], len(frame)),
        Promotion=chance.choice(["No", "Yes"], len(frame), p=[0.8, 0.2]),
        Holiday=chance.choice(["None", "Christmas"], len(frame), p=[0.9, 0.1]),
        IsWeekend=calendar.weekend_days(number) / calendar.days_in_month(number),
        Season=calendar.season(number),
        Rows=days,
        TradingDays=days,
        Complete=True,
        DaysInMonth=days,
        WeekendDays=calendar.weekend_days(number),
        WeatherMissing=0.0,
        PromotionMissing=0.0,
    )


def save_naive(frame: pd.DataFrame, folder: Path) -> None:
    """Fits and pickles the pipeline."""
    text = [name for name in CUSTOMER_FEATURES if name not in {"Price", "IsWeekend"}]
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), text),
        (StandardScaler(), ["Price"]),
        ("passthrough", ["IsWeekend"]),
    )
    pipeline = make_pipeline(encode, RandomForestRegressor(n_estimators=100, random_state=0))
    folder.mkdir()
    joblib.dump(pipeline.fit(features(frame), frame[TARGET]), folder / "pipeline.joblib")


def save_ours(frame: pd.DataFrame, folder: Path, name: str) -> None:
    """Fits the model and saves its bundle."""
    options = FitOptions(recipe="customer")
    model = models.get(name).fit(frame, options)
    bundle.save(folder, model=model, profile=Profile.from_history(frame), options=options)


def body(frame: pd.DataFrame, count: int) -> bytes:
    """A request of that many rows for the month after training."""
    columns = ["StoreID", "Country", "City", "Price", "Weather", "Promotion", "Holiday"]
    rows = frame.groupby("StoreID").tail(1)[columns].to_dict("records")
    return json.dumps({"rows": [{**rows[i % len(rows)], "Month": "2026-01"} for i in range(count)]}).encode()


def post(server: Server, data: bytes) -> float:
    """Seconds that one request took, including the connection, since the server keeps none open."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    connection.request("POST", "/score", data, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    took = time.perf_counter() - start
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(answer)
    return took


def measure(server: Server, frame: pd.DataFrame) -> dict[str, float]:
    """Milliseconds at the median and the 99th percentile by rows per request, and requests per second."""
    figures: dict[str, float] = {}
    for count, requests in REQUESTS.items():
        data = body(frame, count)
        for _ in range(WARM_UP if count == 1 else 2):
            post(server, data)
        took = [1000 * post(server, data) for _ in range(requests)]
        figures[f"{count} rows, p50 ms"] = float(np.median(took))
        figures[f"{count} rows, p99 ms"] = float(np.quantile(took, 0.99))
    figures[f"1 row, {CLIENTS} clients, requests/s"] = throughput(server, body(frame, 1))
    return figures


def throughput(server: Server, data: bytes) -> float:
    """Requests answered per second while the clients send them as fast as they can."""
    counts = [0] * CLIENTS
    start = time.perf_counter()

    def ask(client: int) -> None:
        while time.perf_counter() - start < SECONDS:
            post(server, data)
            counts[client] += 1

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def main() -> None:
    """Measures both and prints them side by side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--model", default="random-forest")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    frame = history(args.stores)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        save_naive(frame, folder / "naive")
        save_ours(frame, folder / "ours", args.model)
        with serving(folder / "ours", log=folder / "ours.log") as server:
            ours = measure(server, frame)
        naive_script = Path(__file__).with_name("naive_score.py")
        with serving(folder / "naive", log=folder / "naive.log", entry=naive_script) as server:
            naive = measure(server, frame)
    result: dict[str, Any] = {"stores": args.stores, "model": args.model, "ours": ours, "naive": naive}
    if args.json:
        print(json.dumps(result))
        return
    print(f"{'':34}{'ours':>10}{'naive':>10}{'gain':>8}")
    for name, value in ours.items():
        gain = value / naive[name] if name.endswith("/s") else naive[name] / value
        print(f"{name:34}{value:10.2f}{naive[name]:10.2f}{gain:7.1f}x")


if __name__ == "__main__":
    main()
