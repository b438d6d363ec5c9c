"""What the container registry refuses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem


def premium_features_have_premium_sku(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    if not isinstance(sku, dict) or sku.get("name") == "Premium" or not isinstance(sku.get("name"), str):
        return
    premium_features = {
        "publicNetworkAccess": inputs.get("publicNetworkAccess") == "Disabled",
        "networkRuleSet": bool(inputs.get("networkRuleSet")),
        "zoneRedundancy": inputs.get("zoneRedundancy") == "Enabled",
        "dataEndpointEnabled": bool(inputs.get("dataEndpointEnabled")),
        "encryption": bool(inputs.get("encryption")),
    }
    for name, requested in premium_features.items():
        if requested:
            yield Problem(name, f"needs SKU Premium, but the registry's is {sku['name']}")
