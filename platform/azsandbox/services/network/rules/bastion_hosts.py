"""What Azure refuses about Bastion hosts."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.rules.skus import sku_name
from azsandbox.services.network.rules.subnets import BASTION_SUBNET

_STANDARD_OR_ABOVE = frozenset({"Standard", "Premium"})
_STANDARD_FEATURES = ("enableTunneling", "enableIpConnect", "enableFileCopy", "enableShareableLink")
_BASIC_SCALE_UNITS = 2


def features_supported_by_sku(inputs: Values) -> Iterator[Problem]:
    sku = sku_name(inputs) or "Basic"
    for name in _STANDARD_FEATURES:
        if inputs.get(name) is True and sku not in _STANDARD_OR_ABOVE:
            yield Problem(name, f"needs SKU Standard or Premium, but the host's is {sku}")
    units = inputs.get("scaleUnits")
    if isinstance(units, int) and units != _BASIC_SCALE_UNITS and sku not in _STANDARD_OR_ABOVE:
        yield Problem("scaleUnits", f"is {units}, but SKU {sku} always has {_BASIC_SCALE_UNITS}")
    if inputs.get("enablePrivateOnlyBastion") is True and sku != "Premium":
        yield Problem("enablePrivateOnlyBastion", f"needs SKU Premium, but the host's is {sku}")


def _subnets(request: Request) -> Iterator[str]:
    for configuration in request.inputs.get("ipConfigurations") or []:
        yield str((configuration.get("subnet") or {}).get("id", ""))


def host_in_bastion_subnet(request: Request) -> None:
    for subnet in _subnets(request):
        if subnet and ids.parse(subnet).name != BASTION_SUBNET:
            raise ArmError(
                400,
                "BastionHostSubnetNameInvalid",
                f"Bastion host {request.name} must be placed in a subnet named {BASTION_SUBNET}, not "
                f"'{subnet}'.",
            )


def only_host_of_network(request: Request) -> None:
    for subnet in _subnets(request):
        for source, _ in request.subscription.referring_to(subnet):
            is_host = ids.parse(source).kind.lower().endswith("/bastionhosts")
            if is_host and ids.key(source) != ids.key(request.id):
                raise ArmError(
                    409,
                    "BastionHostAlreadyExists",
                    f"Virtual network of '{subnet}' already has the Bastion host '{source}'.",
                )
