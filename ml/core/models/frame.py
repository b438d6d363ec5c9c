"""Training rows as `Fitted.predict` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ml.core.calendar import as_months
from ml.core.schema import Columns

TEXT = ("StoreID", "Country", "City", "Weather", "Promotion", "Holiday", "Season")
NUMBERS = ("Price", "IsWeekend", "DaysInMonth", "WeekendDays")


def columns_of(rows: pd.DataFrame) -> Columns:
    """The columns of `sales-features` rows that are known of a future month; a missing text is `""`."""
    return {
        **{name: rows[name].astype(object).fillna("").to_numpy(object) for name in TEXT},
        **{name: rows[name].to_numpy(np.float64) for name in NUMBERS},
        "Month": as_months(rows["Month"]),
    }


def codes(values: NDArray[Any], known: Mapping[str, float], unknown: float) -> NDArray[np.float64]:
    """The code of each value; a dictionary lookup, because this is the request path."""
    get = known.get
    return np.fromiter((get(value, unknown) for value in values), np.float64, len(values))
