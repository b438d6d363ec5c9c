"""Addresses, NAT, Bastion and network interfaces: what fits and what comes out."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import BASTION, allocate

_BIG_BASTION = frozenset({"Standard", "Premium"})


def _sku(inputs: Values) -> str | None:
    sku = inputs.get("sku")
    name = sku.get("name") if isinstance(sku, dict) else None
    return name if isinstance(name, str) else None


def public_ip_fits(inputs: Values) -> Iterator[Problem]:
    sku = _sku(inputs) or "Basic"
    if sku == "Basic":
        yield Problem(
            "sku.name", "is Basic (or missing), which Azure retired in September 2025: say Standard"
        )
    elif inputs.get("publicIPAllocationMethod") == "Dynamic":
        yield Problem("publicIPAllocationMethod", f"is Dynamic, but addresses of the SKU {sku} are Static")


def public_ip_outputs(request: Request) -> Values:
    number = int(identities.made_up("address", request.id)[:4], 16)
    # 203.0.113.0/24 is reserved for documentation: nobody's address is shown by accident.
    outputs: Values = {
        "ipAddress": str(ipaddress.ip_address("203.0.113.0") + number % 256),
        "resourceGuid": identities.made_up("public address", request.id),
    }
    label = request.at("dnsSettings.domainNameLabel")
    if label:
        region = str(request.inputs.get("location", "")).replace(" ", "").lower()
        outputs["dnsSettings"] = {"domainNameLabel": label, "fqdn": f"{label}.{region}.cloudapp.azure.com"}
    return outputs


def nat_fits(inputs: Values) -> Iterator[Problem]:
    zones = inputs.get("zones")
    if isinstance(zones, list) and len(zones) > 1 and _sku(inputs) != "StandardV2":
        yield Problem("zones", f"names {len(zones)} zones, but a NAT gateway lives in one or in none")
    if not inputs.get("publicIpAddresses") and not inputs.get("publicIpPrefixes"):
        yield Problem(
            "publicIpAddresses", "is empty: without an address or prefix it lets nothing out", warning=True
        )


def standard_only(request: Request) -> None:
    for one in request.inputs.get("publicIpAddresses") or []:
        address = request.subscription.get(str(one.get("id")))
        if address and not (_sku(address.inputs) or "Basic").startswith("Standard"):
            raise ArmError(
                400,
                "NatGatewayCannotUseBasicSkuPublicIp",
                f"NAT gateway {request.id} needs a standard address, not {address.id}.",
            )


def bastion_fits(inputs: Values) -> Iterator[Problem]:
    sku = _sku(inputs) or "Basic"
    wanted = {
        name: inputs.get(name)
        for name in ("enableTunneling", "enableIpConnect", "enableFileCopy", "enableShareableLink")
    }
    for name, asked in wanted.items():
        if asked is True and sku not in _BIG_BASTION:
            yield Problem(name, f"needs SKU Standard or Premium, but the host's is {sku}")
    units = inputs.get("scaleUnits")
    if isinstance(units, int) and units != 2 and sku not in _BIG_BASTION:  # noqa: PLR2004 - Basic has exactly two
        yield Problem("scaleUnits", f"is {units}, but SKU {sku} always has 2")
    if inputs.get("enablePrivateOnlyBastion") is True and sku != "Premium":
        yield Problem("enablePrivateOnlyBastion", f"needs SKU Premium, but the host's is {sku}")


def bastion_place(request: Request) -> None:
    for one in request.inputs.get("ipConfigurations") or []:
        subnet = str((one.get("subnet") or {}).get("id", ""))
        if subnet and ids.parse(subnet).name != BASTION:
            raise ArmError(
                400,
                "BastionHostSubnetNameInvalid",
                f"Bastion host {request.name} must be placed in a subnet named {BASTION}, not '{subnet}'.",
            )
        for source, _ in request.subscription.referring_to(subnet):
            if ids.parse(source).kind.lower().endswith("/bastionhosts") and ids.key(source) != ids.key(
                request.id
            ):
                raise ArmError(
                    409,
                    "BastionHostAlreadyExists",
                    f"Virtual network of '{subnet}' already has the Bastion host '{source}'.",
                )


def bastion_outputs(request: Request) -> Values:
    return {"dnsName": f"bst-{identities.made_up('bastion', request.id)}.bastion.azure.com"}


def interface_outputs(request: Request) -> Values:
    configurations: list[Any] = []
    for one in request.inputs.get("ipConfigurations") or []:
        subnet = (one.get("subnet") or {}).get("id")
        asked = one.get("privateIPAddress")
        address = (
            [asked] if asked else allocate(request.subscription, str(subnet), request.id) if subnet else []
        )
        configurations.append(
            {
                **one,
                "id": f"{request.id}/ipConfigurations/{one.get('name')}",
                "privateIPAddress": address[0] if address else None,
                "privateIPAllocationMethod": one.get("privateIPAllocationMethod", "Dynamic"),
                "provisioningState": "Succeeded",
            }
        )
    return {
        "ipConfigurations": configurations,
        "resourceGuid": identities.made_up("interface", request.id),
        "hostedWorkloads": [],
    }
