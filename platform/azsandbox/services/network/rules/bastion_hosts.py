"""What Azure refuses about Bastion hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services.network.published import BASTION_SUBNET
from azsandbox.services.network.rules.public_ip_addresses import addresses_are_free, targets, version_of
from azsandbox.services.network.rules.skus import sku_name

_STANDARD_OR_ABOVE = frozenset({"Standard", "Premium"})
# "About Bastion configuration settings", SKU table, read 2026-12-01. Kerberos: Basic by that page, Standard
# by terraform-provider-azurerm, so only Developer is refused.
_FEATURES = {
    "enableTunneling": _STANDARD_OR_ABOVE,
    "enableIpConnect": _STANDARD_OR_ABOVE,
    "enableFileCopy": _STANDARD_OR_ABOVE,
    "enableShareableLink": _STANDARD_OR_ABOVE,
    "enableKerberos": _STANDARD_OR_ABOVE | {"Basic"},
    "enableSessionRecording": frozenset({"Premium"}),
    "enablePrivateOnlyBastion": frozenset({"Premium"}),
}
_BASIC_SCALE_UNITS = 2
_SUBNET, _ADDRESS = "ipConfigurations[].subnet.id", "ipConfigurations[].publicIPAddress.id"


def features_supported_by_sku(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "sku.name") is UNKNOWN:
        return
    sku = sku_name(inputs) or "Basic"
    for name, skus in _FEATURES.items():
        if inputs.get(name) is True and sku not in skus:
            wanted = " or ".join(item for item in ("Basic", "Standard", "Premium") if item in skus)
            yield Problem(name, f"needs SKU {wanted}, but the host's is {sku}")
    units = inputs.get("scaleUnits")
    if isinstance(units, (int, float)) and units != _BASIC_SCALE_UNITS and sku not in _STANDARD_OR_ABOVE:
        yield Problem("scaleUnits", f"is {units:g}, but SKU {sku} always has {_BASIC_SCALE_UNITS}")
    if inputs.get("disableCopyPaste") is True and sku not in _STANDARD_OR_ABOVE:
        yield Problem(
            "disableCopyPaste", f"is documented for SKU Standard and Premium, not {sku}", warning=True
        )


def host_is_in_a_subnet_or_shared(inputs: Values) -> Iterator[Problem]:
    """A Developer host has a network and nothing else; any other has a subnet and an address."""
    if walk.value(inputs, "sku.name") is UNKNOWN:
        return
    sku, configurations = sku_name(inputs) or "Basic", inputs.get("ipConfigurations")
    if sku == "Developer":
        if configurations:
            yield Problem(
                "ipConfigurations", "SKU Developer has no subnet and no address: name virtualNetwork only"
            )
        if inputs.get("virtualNetwork") is None:
            yield Problem("virtualNetwork.id", "is required with SKU Developer", code="required")
        return
    if inputs.get("virtualNetwork"):
        yield Problem("virtualNetwork", f"is for SKU Developer only, but the host's is {sku}")
    if configurations in (None, []):
        yield Problem(
            "ipConfigurations", f"is required with SKU {sku}: a subnet and an address", code="required"
        )
    for path, configuration in walk.objects(inputs, "ipConfigurations[]"):
        if (
            configuration.get("publicIPAddress") is None
            and inputs.get("enablePrivateOnlyBastion") is not True
        ):
            yield Problem(
                f"{path}.publicIPAddress",
                "is required, unless enablePrivateOnlyBastion is true (SKU Premium)",
            )


def host_in_bastion_subnet(request: Request) -> None:
    for _, subnet in walk.values(request.inputs, _SUBNET):
        if isinstance(subnet, str) and ids.parse(subnet).name != BASTION_SUBNET:
            raise ArmError(
                400,
                "BastionHostSubnetNameInvalid",
                f"Bastion host {request.name} must be placed in a subnet named {BASTION_SUBNET}, not "
                f"'{subnet}'.",
            )


def only_host_of_network(request: Request) -> None:
    networks = {
        ids.key(ids.parent_of(subnet) or "")
        for _, subnet in walk.values(request.inputs, _SUBNET)
        if isinstance(subnet, str)
    }
    networks |= {ids.key(str(value)) for _, value in walk.values(request.inputs, "virtualNetwork.id")}
    for other in request.subscription.of_kind("Microsoft.Network/bastionHosts"):
        if ids.key(other.id) == ids.key(request.id):
            continue
        for target in _networks_of(other.inputs):
            if target in networks:
                raise ArmError(
                    409,
                    "BastionHostAlreadyExists",
                    f"Virtual network '{target}' already has the Bastion host '{other.id}'.",
                )


def _networks_of(inputs: Values) -> set[str]:
    subnets: list[Any] = [value for _, value in walk.values(inputs, _SUBNET)]
    networks: list[Any] = [value for _, value in walk.values(inputs, "virtualNetwork.id")]
    return {ids.key(ids.parent_of(str(item)) or "") for item in subnets} | {
        ids.key(str(item)) for item in networks
    }


def address_suits_the_host(request: Request) -> None:
    addresses_are_free(request, _ADDRESS)
    for address in targets(request, _ADDRESS):
        if (sku_name(address.inputs) or "Basic") != "Standard" or version_of(address.inputs) != "IPv4":
            raise ArmError(
                400,
                "BastionHostPublicIpInvalid",
                f"Bastion host {request.name} needs a static IPv4 address of SKU Standard, not "
                f"'{address.id}'.",
            )
