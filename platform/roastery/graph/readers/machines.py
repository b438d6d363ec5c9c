"""Resources with a network interface in a subnet: Bastion, virtual machines, scale sets."""

from __future__ import annotations

from collections.abc import Iterable

from roastery.graph.inventory import key
from roastery.graph.labels import clean
from roastery.graph.model import DrawnCard
from roastery.graph.readers.context import Context, same
from roastery.graph.state import StateResource, objects

_BASTION = "azure-native:network:BastionHost"
_MACHINE = "azure-native:compute:VirtualMachine"
_EXTENSION = "azure-native:compute:VirtualMachineExtension"
_SCALE_SET = "azure-native:compute:VirtualMachineScaleSet"
_INTERFACE = "azure-native:network:NetworkInterface"
_ADDRESS = "azure-native:network:PublicIPAddress"


def read_machines(context: Context, subnet: str) -> tuple[DrawnCard, ...]:
    """A card for each machine in a subnet."""
    return (*_bastions(context, subnet), *_machines(context, subnet), *_scale_sets(context, subnet))


def public_addresses(context: Context, identifiers: Iterable[str]) -> list[StateResource]:
    resources = [context.inventory.by_id(identifier) for identifier in identifiers]
    return [resource for resource in resources if resource is not None and resource.type == _ADDRESS]


def address_of(resource: StateResource) -> str:
    return clean(f"public address {resource.text('ipAddress')}".strip())


def _bastions(context: Context, subnet: str) -> list[DrawnCard]:
    cards: list[DrawnCard] = []
    for bastion in context.inventory.of(_BASTION):
        rows = [row for row in bastion.rows("ipConfigurations") if same(_id(row, "subnet"), subnet)]
        if rows:
            addresses = public_addresses(context, [_id(row, "publicIPAddress") for row in rows])
            details = tuple(map(address_of, addresses))
            cards.append(context.card("Bastion", bastion, *addresses, details=details))
    return cards


def _machines(context: Context, subnet: str) -> list[DrawnCard]:
    cards: list[DrawnCard] = []
    for machine in context.inventory.of(_MACHINE):
        names = [str(row.get("id")) for row in machine.rows("networkProfile", "networkInterfaces")]
        interfaces = [nic for nic in map(context.inventory.by_id, names) if nic is not None]
        rows = [row for nic in interfaces for row in nic.rows("ipConfigurations")]
        if not any(same(_id(row, "subnet"), subnet) for row in rows):
            continue
        addresses = public_addresses(context, [_id(row, "publicIPAddress") for row in rows])
        extensions = context.inventory.under(machine.id, _EXTENSION)
        cards.append(
            context.card(
                "Virtual machine",
                machine,
                *interfaces,
                *addresses,
                *extensions,
                details=(
                    " · ".join([clean(machine.text("hardwareProfile", "vmSize")), *_public(addresses)]),
                ),
                alarms=tuple(map(address_of, addresses)),
            )
        )
    return cards


def _public(addresses: list[StateResource]) -> list[str]:
    return [] if addresses else ["no public IP"]


def _scale_sets(context: Context, subnet: str) -> list[DrawnCard]:
    cards: list[DrawnCard] = []
    for scale_set in context.inventory.of(_SCALE_SET):
        profile = scale_set.rows("virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations")
        rows = [row for nic in profile for row in objects(nic.get("ipConfigurations"))]
        if any(same(_id(row, "subnet"), subnet) for row in rows):
            size = clean(scale_set.text("sku", "name"))
            details = (f"{size} · {scale_set.text('sku', 'capacity') or 0} instances",)
            cards.append(context.card("Scale set", scale_set, details=details))
    return cards


def _id(row: object, name: str) -> str:
    reference = row.get(name) if isinstance(row, dict) else None
    return key(str(reference.get("id") or "")) if isinstance(reference, dict) else ""
