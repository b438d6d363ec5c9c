"""Quantities are read as Kubernetes reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from azsandbox.kubernetes.validation import quantities
from azsandbox.kubernetes.validation.field import Field


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", "0.5"), ("2", "2"), ("4Gi", "4294967296"), ("1e3", "1000"), ("1E3", "1000"),
        (".5M", "500000"),
        ("2E", "2e18"), ("1Ei", "1152921504606846976"), ("100n", "1e-7"), ("+1.", "1"),
    ],
)  # fmt: skip
def test_quantities_are_read_as_kubernetes_reads_them(text: str, number: str) -> None:
    assert quantities.parse(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["forty", "4GB", "1 Gi", "", "--1", "1.5.2", "1K", "0x10", "\u0661", "1e99999"]
)
def test_an_invalid_quantity_is_not_a_number(text: str) -> None:
    assert quantities.parse(text) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [(2.0, "2"), (0.5, "0.5"), ("100n", "0.001"), (True, None), ("\0unknown", None), (float("nan"), None)],
)
def test_a_field_is_rounded_up_to_thousandths(value: Any, number: str | None) -> None:
    assert quantities.of(Field(value)) == (None if number is None else Decimal(number))
