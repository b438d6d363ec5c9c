"""What Azure refuses about public IP addresses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.network.rules.skus import sku_name


def sku_is_standard_and_static(inputs: Values) -> Iterator[Problem]:
    sku = sku_name(inputs) or "Basic"
    if sku == "Basic":
        yield Problem(
            "sku.name", "is Basic (or missing), which Azure retired in September 2025: use Standard"
        )
    elif inputs.get("publicIPAllocationMethod") == "Dynamic":
        yield Problem("publicIPAllocationMethod", f"is Dynamic, but addresses of SKU {sku} are Static")
