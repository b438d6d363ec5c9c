"""What Azure refuses about NAT gateways."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.rules.skus import sku_name


def gateway_in_one_zone(inputs: Values) -> Iterator[Problem]:
    zones = inputs.get("zones")
    if isinstance(zones, list) and len(zones) > 1 and sku_name(inputs) != "StandardV2":
        yield Problem("zones", f"names {len(zones)} zones, but a NAT gateway is in one zone or in none")


def gateway_has_an_address(inputs: Values) -> Iterator[Problem]:
    if not inputs.get("publicIpAddresses") and not inputs.get("publicIpPrefixes"):
        yield Problem(
            "publicIpAddresses",
            "is empty: without an address or a prefix the gateway lets no traffic out",
            warning=True,
        )


def addresses_are_standard(request: Request) -> None:
    for reference in request.inputs.get("publicIpAddresses") or []:
        address = request.subscription.get(str(reference.get("id")))
        if address and not (sku_name(address.inputs) or "Basic").startswith("Standard"):
            raise ArmError(
                400,
                "NatGatewayCannotUseBasicSkuPublicIp",
                f"NAT gateway {request.id} needs a public IP address of SKU Standard, not {address.id}.",
            )
