"""The SKU of a network resource's inputs."""

from __future__ import annotations

from azsandbox.arm.model import Values


def sku_name(inputs: Values) -> str | None:
    sku = inputs.get("sku")
    name = sku.get("name") if isinstance(sku, dict) else None
    return name if isinstance(name, str) else None
