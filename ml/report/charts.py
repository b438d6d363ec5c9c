"""Geometry of the line charts.

The plot is an SVG stretched to its box, so that it fits a phone as well as a desk; strokes do not stretch
(`vector-effect`), and the text around it is HTML, whose size stays. Coordinates are rounded: equal data give
equal bytes. `explorer.js` draws a store with the same axes.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from ml.report import format as fmt

WIDTH, HEIGHT = 1000.0, 400.0
YEAR = 12
MOST_LABELS = 5  # as many as fit into 360 px

Values = Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A label of an axis at a share of its length."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Forecasts from one origin: `start` is the index of the first month forecast."""

    start: int
    predicted: Values
    lower: Values
    upper: Values
    rival: Values
    """The forecast of the candidate that it is compared with."""


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Paths of a plot of `WIDTH` by `HEIGHT`, and the labels of its axes."""

    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    sold: str
    sold_dots: str
    forecast: str
    forecast_dots: str
    rival: str
    band: str
    origins: tuple[float, ...]
    """Where the forecasts start: shares of the width."""


def line_chart(months: Sequence[dt.date], sold: Values, runs: Sequence[Segment]) -> LineChart:
    """Sold quantity by month, and the forecasts of it."""
    values = [*sold, *(v for run in runs for v in (*run.predicted, *run.upper, *run.rival))]
    ticks = nice_ticks(max((v for v in values if v is not None), default=1.0))
    plane = _Plane(months=len(months), top=ticks[-1])

    def before(run: Segment) -> float | None:
        """The last month known at the origin, where line and band start."""
        return sold[run.start - 1] if 0 < run.start <= len(sold) else None

    return LineChart(
        x=month_ticks(months),
        y=tuple(Tick(at=t / ticks[-1], text=fmt.compact(t)) for t in ticks),
        sold=plane.line(0, sold),
        sold_dots=plane.dots(0, sold) if len(months) <= 2 * YEAR else "",
        forecast="".join(plane.line(run.start - 1, [before(run), *run.predicted]) for run in runs),
        forecast_dots="".join(plane.dots(run.start, run.predicted) for run in runs),
        rival="".join(plane.line(run.start, run.rival) for run in runs),
        band="".join(
            plane.band(run.start - 1, [before(run), *run.lower], [before(run), *run.upper]) for run in runs
        ),
        origins=tuple(sorted({plane.share(run.start - 1) for run in runs if run.start > 0})),
    )


def nice_ticks(top: float) -> list[float]:
    """From zero in equal steps of 1, 2, 2.5 or 5 times a power of ten, to at least `top`; three to six."""
    if not top > 0:
        return [0.0, 1.0]
    power = 10 ** math.floor(math.log10(top / 4))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power * 5 >= top)
    return [step * i for i in range(math.ceil(round(top / step, 9)) + 1)]


def month_ticks(months: Sequence[dt.date]) -> tuple[Tick, ...]:
    """Januaries if there are two or more, else months; at most `MOST_LABELS`."""
    januaries = [i for i, month in enumerate(months) if month.month == 1]
    by_year = len(januaries) > 1
    chosen = januaries if by_year else list(range(len(months)))
    chosen = chosen[:: math.ceil(len(chosen) / MOST_LABELS) or 1]
    span = max(1, len(months) - 1)
    return tuple(
        Tick(at=round(i / span, 4), text=str(months[i].year) if by_year else fmt.month(months[i]))
        for i in chosen
    )


@dataclass(frozen=True, kw_only=True)
class _Plane:
    months: int
    top: float

    def share(self, index: int) -> float:
        return round(index / max(1, self.months - 1), 4)

    def _point(self, index: int, value: float) -> str:
        return f"{self.share(index) * WIDTH:.1f} {HEIGHT * (1 - value / self.top):.1f}"

    def line(self, start: int, values: Values) -> str:
        """A path through the known values, interrupted at gaps."""
        path, drawing = "", False
        for i, value in enumerate(values, start):
            if value is not None and i >= 0:
                path += ("L" if drawing else "M") + self._point(i, value)
            drawing = value is not None and i >= 0
        return path

    def dots(self, start: int, values: Values) -> str:
        """Lines of zero length: with round caps they are dots that do not stretch."""
        return "".join(f"M{self._point(i, v)}h0" for i, v in enumerate(values, start) if v is not None)

    def band(self, start: int, lower: Values, upper: Values) -> str:
        known = [
            (i, low, up)
            for i, (low, up) in enumerate(zip(lower, upper, strict=True), start)
            if low is not None and up is not None and i >= 0
        ]
        if len(known) < 2:  # noqa: PLR2004 - a band needs two points
            return ""
        out = [self._point(i, up) for i, _, up in known]
        back = [self._point(i, low) for i, low, _ in reversed(known)]
        return f"M{'L'.join([*out, *back])}Z"
