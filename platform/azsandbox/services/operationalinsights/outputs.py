"""What a Log Analytics workspace reports."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.model import Request, Values

_RENAMED_SKUS = {"Standalone": "PerGB2018"}  # recorded on 2022-08-12


def workspace(request: Request) -> Values:
    outputs: Values = {
        "customerId": identities.made_up("customer", request.id),
        "createdDate": "2026-01-01T00:00:00Z",
    }
    sku = request.inputs.get("sku")
    renamed = _RENAMED_SKUS.get(str(sku.get("name"))) if isinstance(sku, dict) else None
    return {**outputs, "sku": {**sku, "name": renamed}} if sku and renamed else outputs
