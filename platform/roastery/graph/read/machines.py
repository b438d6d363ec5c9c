"""What has a network interface in a subnet: Bastion, virtual machines, scale sets."""

from __future__ import annotations

from collections.abc import Iterable

from roastery.graph.labels import clean
from roastery.graph.ledger import key
from roastery.graph.model import Card
from roastery.graph.read.context import Context, same
from roastery.graph.state import Resource, objects

_BASTION = "azure-native:network:BastionHost"
_MACHINE = "azure-native:compute:VirtualMachine"
_EXTENSION = "azure-native:compute:VirtualMachineExtension"
_SCALE_SET = "azure-native:compute:VirtualMachineScaleSet"
_INTERFACE = "azure-native:network:NetworkInterface"
_ADDRESS = "azure-native:network:PublicIPAddress"


def cards(context: Context, subnet: str) -> tuple[Card, ...]:
    """A card for each machine in a subnet."""
    return (*_bastions(context, subnet), *_machines(context, subnet), *_scale_sets(context, subnet))


def public_addresses(context: Context, identifiers: Iterable[str]) -> list[Resource]:
    found = [context.ledger.by_id(one) for one in identifiers]
    return [one for one in found if one is not None and one.type == _ADDRESS]


def address_of(resource: Resource) -> str:
    return clean(f"public address {resource.text('ipAddress')}".strip())


def _bastions(context: Context, subnet: str) -> list[Card]:
    found: list[Card] = []
    for one in context.ledger.of(_BASTION):
        rows = [row for row in one.rows("ipConfigurations") if same(_id(row, "subnet"), subnet)]
        if rows:
            addresses = public_addresses(context, [_id(row, "publicIPAddress") for row in rows])
            details = tuple(map(address_of, addresses))
            found.append(context.card("Bastion", one, *addresses, details=details))
    return found


def _machines(context: Context, subnet: str) -> list[Card]:
    found: list[Card] = []
    for one in context.ledger.of(_MACHINE):
        names = [str(row.get("id")) for row in one.rows("networkProfile", "networkInterfaces")]
        interfaces = [nic for nic in map(context.ledger.by_id, names) if nic is not None]
        rows = [row for nic in interfaces for row in nic.rows("ipConfigurations")]
        if not any(same(_id(row, "subnet"), subnet) for row in rows):
            continue
        addresses = public_addresses(context, [_id(row, "publicIPAddress") for row in rows])
        extensions = context.ledger.under(one.id, _EXTENSION)
        found.append(
            context.card(
                "Virtual machine",
                one,
                *interfaces,
                *addresses,
                *extensions,
                details=(" · ".join([clean(one.text("hardwareProfile", "vmSize")), *_public(addresses)]),),
                alarms=tuple(map(address_of, addresses)),
            )
        )
    return found


def _public(addresses: list[Resource]) -> list[str]:
    return [] if addresses else ["no public IP"]


def _scale_sets(context: Context, subnet: str) -> list[Card]:
    found: list[Card] = []
    for one in context.ledger.of(_SCALE_SET):
        profile = one.rows("virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations")
        rows = [row for nic in profile for row in objects(nic.get("ipConfigurations"))]
        if any(same(_id(row, "subnet"), subnet) for row in rows):
            size = clean(one.text("sku", "name"))
            details = (f"{size} · {one.text('sku', 'capacity') or 0} instances",)
            found.append(context.card("Scale set", one, details=details))
    return found


def _id(row: object, name: str) -> str:
    reference = row.get(name) if isinstance(row, dict) else None
    return key(str(reference.get("id") or "")) if isinstance(reference, dict) else ""
