"""Quantities per month and their prices: a line for each meter of each resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal

from roastery.errors import RoasteryError

HOURS = 730
"""Of a month, as Azure's own calculator counts them."""
DAYS = Decimal(HOURS) / 24


class CostError(RoasteryError):
    """A price list or an assumption is wrong."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Meter:
    """What Azure bills by, in the words of the retail price API.

    Args:
        service: `serviceName`, e.g. `Azure Bastion`.
        name: `meterName`; empty for virtual machines, which are found by their size.
        sku: `skuName`, or `armSkuName` of a virtual machine.
        unit: what one of it is: `Hour`, `Day`, `Month`, `GB`, `GB/Month` or empty for a count.
        product: `productName`, where several products have such a meter.
    """

    service: str
    name: str
    sku: str
    unit: str
    product: str = ""

    @property
    def key(self) -> str:
        """Column `meter` of a price list: service, product where it matters, and meter."""
        return "/".join(part for part in (self.service, self.product, self.name) if part)


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """A quantity per month, at least and at most, in the unit of its meter.

    Args:
        resource: name in the program.
        meter: what is billed.
        region: of the resource.
        minimum, maximum: quantity; they differ for what scales or what is assumed.
        note: where the quantity comes from, if not from the state alone.
    """

    resource: str
    meter: Meter
    region: str
    minimum: Decimal
    maximum: Decimal
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What no state knows; each may be set with `--assume NAME=VALUE`."""

    agents: float = 1
    """Build agents that run at most; the pipeline host scales them."""
    logs_gb_per_day: float = 1
    """Logs that are ingested, at least."""
    logs_gb_per_day_most: float = 5
    """Logs that are ingested, at most, unless a daily quota is lower."""
    storage_gb: float = 100
    """Data in each storage account, at least."""
    storage_gb_most: float = 1000
    """Data in each storage account, at most."""
    egress_gb: float = 100
    """Data that leaves by NAT gateway or firewall in a month."""
    endpoint_gb: float = 100
    """Data through each private endpoint in a month, in each direction."""
    vault_operations: float = 100_000
    """Operations of a vault in a month."""

    @classmethod
    def of(cls, settings: Sequence[str]) -> Assumptions:
        """The defaults with `NAME=VALUE` settings applied.

        Raises:
            CostError: a name is unknown, or a value is not a number of at least 0.
        """
        known = {each.name for each in fields(cls)}
        values: dict[str, float] = {}
        for setting in settings:
            name, _, text = setting.partition("=")
            try:
                value = float(text)
            except ValueError:
                value = -1.0
            if name not in known or not 0 <= value < float("inf"):
                raise CostError(
                    f"--assume {setting} is not a valid assumption",
                    f"write NAME=NUMBER with one of {', '.join(sorted(known))}",
                )
            values[name] = value
        return cls(**values)

    def described(self) -> list[tuple[str, float]]:
        """Name and value of each."""
        return [(each.name, getattr(self, each.name)) for each in fields(self)]


@dataclass(frozen=True, kw_only=True)
class Quantities:
    """What a state is billed for.

    Args:
        stack: its name.
        lines: quantities.
        assumptions: what they assume.
        left_out: types of resources that are billed by use and not estimated.
    """

    stack: str
    lines: Sequence[CostLine]
    assumptions: Assumptions = field(default_factory=Assumptions)
    left_out: Sequence[str] = ()
