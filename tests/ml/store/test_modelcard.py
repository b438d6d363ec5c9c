from __future__ import annotations

from dataclasses import replace

from ml.store.modelcard import ModelCard, render

CARD = ModelCard(
    name="monthly-demand",
    model="lagged",
    kind="model",
    recipe="extended",
    reason="lagged wins at WAPE 4.0 %",
    first_month="2020-01",
    last_month="2024-12",
    stores=58,
    data_hash="abc123",
    horizon=3,
    origins=("2024-09", "2024-06"),
    scores={
        "lagged": {"wape": 0.04, "rmsle": 0.0512, "mase": 0.7, "bias": -0.012},
        "random-forest": {"note": "could be tested from 1 of 2 origins only"},
    },
    coverage=0.8,
    intervals={"measured_coverage": 0.83, "relative_width": 0.31, "note": ""},
    warnings=("the history is short",),
)


def test_a_card_tells_use_data_months_backtest_coverage_and_limits() -> None:
    text = render(CARD)
    for heading in ("# monthly-demand: lagged", "## Intended use", "## Data", "## Backtest", "## Limits"):
        assert heading in text
    assert "58 stores by month, 2020-01 to 2024-12" in text
    assert "`abc123`" in text
    assert "trained up to 2024-09, 2024-06 in turn and forecast the 3 months after" in text
    assert "| **lagged** | 4.0 % | 0.051 | 0.700 | -1.2 % |  |" in text
    assert "Asked to hold 80.0 % of months, they held 83.0 % of those set aside" in text
    assert "31.0 % of the forecast wide" in text
    assert "- the history is short" in text


def test_what_is_undefined_is_called_so() -> None:
    line = "| random-forest | undefined | undefined | undefined | undefined | could be tested from 1 of 2"
    assert line in render(CARD)


def test_a_bias_that_rounds_to_nothing_has_no_sign() -> None:
    scores = {"lagged": {"wape": 0.04, "rmsle": 0.05, "mase": 0.7, "bias": -0.0004}}
    assert "| 0.700 | 0.0 % |" in render(replace(CARD, scores=scores))


def test_a_baseline_is_called_one() -> None:
    assert "A naive baseline, recipe extended." in render(replace(CARD, kind="baseline"))
    assert "A trained model, recipe extended." in render(CARD)


def test_unknown_coverage_is_said_with_the_reason() -> None:
    unknown = replace(CARD, intervals={"measured_coverage": None, "note": "too few forecast errors"})
    assert "The coverage of its intervals is not known: too few forecast errors." in render(unknown)
