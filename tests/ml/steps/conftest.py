from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def panel() -> pd.DataFrame:
    """`sales-features` of six stores, 2020 to 2024: level, growth, season, promotions and noise."""
    rng = np.random.default_rng(0)
    months, stores = 60, 6
    month = np.tile(np.datetime64("2020-01") + np.arange(months), stores)
    store = np.repeat(np.arange(stores), months)
    year = np.tile(np.arange(months), stores) / 12
    days = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    weekend = np.busday_count(month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]"), "0000011")
    seasons = np.array(["Winter", "Spring", "Summer", "Autumn"])
    promoted = rng.random(len(month)) < 0.3
    level = 50 * 2.0**store * 1.08**year * (1 + 0.3 * np.sin(2 * np.pi * year)) * (1 + 0.2 * promoted)
    return pd.DataFrame(
        {
            "StoreID": [f"S{s}" for s in store],
            "Country": np.array(["USA", "Canada", "Mexico"])[store % 3],
            "City": np.array(["Reno", "Laval", "Mérida"])[store % 3],
            "Month": month.astype("datetime64[s]"),
            "QuantitySold": level * days * rng.normal(1, 0.05, len(month)),
            "Price": rng.uniform(3, 5, len(month)).round(2),
            "Weather": rng.choice(["Sunny", "Rainy", "Snowy"], len(month)),
            "Promotion": np.where(promoted, "BOGO", "None"),
            "Holiday": np.where(month.astype(int) % 12 == 11, "Christmas", "None"),
            "IsWeekend": weekend / days,
            "Season": seasons[(month.astype(int) % 12 + 1) % 12 // 3],
            "Rows": days,
            "TradingDays": days,
            "Complete": True,
            "DaysInMonth": days,
            "WeekendDays": weekend,
            "WeatherMissing": 0.0,
            "PromotionMissing": 0.0,
        }
    )
