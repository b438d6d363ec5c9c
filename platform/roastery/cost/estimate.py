"""Quantities times prices; what has no price is said, and makes the total incomplete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from roastery.cost.model import CostLine, Quantities
from roastery.cost.prices import PriceList


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """A line with what it costs at least and at most; None without a price."""

    line: CostLine
    minimum: Decimal | None
    maximum: Decimal | None

    @property
    def priced(self) -> bool:
        return self.minimum is not None and self.maximum is not None


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """What a stack costs per month."""

    quantities: Quantities
    lines: Sequence[PricedLine]
    currency: str
    source: str

    @property
    def minimum(self) -> Decimal:
        return total(line.minimum for line in self.lines)

    @property
    def maximum(self) -> Decimal:
        return total(line.maximum for line in self.lines)

    @property
    def unpriced(self) -> list[PricedLine]:
        """Lines without a price; with one, the total is incomplete."""
        return [line for line in self.lines if not line.priced]

    def by_resource(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Least and most of each resource, as far as it has prices."""
        sums: dict[str, tuple[Decimal, Decimal]] = {}
        for each in self.lines:
            low, high = sums.get(each.line.resource, (Decimal(0), Decimal(0)))
            sums[each.line.resource] = (low + (each.minimum or 0), high + (each.maximum or 0))
        return sums


@dataclass(frozen=True, kw_only=True)
class CostChange:
    """A resource before and after a change: least and most; None where it does not exist."""

    resource: str
    before: tuple[Decimal, Decimal] | None
    after: tuple[Decimal, Decimal] | None


def estimate(quantities: Quantities, prices: PriceList) -> CostEstimate:
    """Prices every line; a list without a price for a line leaves it without one."""
    return CostEstimate(
        quantities=quantities,
        lines=[
            PricedLine(
                line=line, minimum=prices.cost(line, line.minimum), maximum=prices.cost(line, line.maximum)
            )
            for line in quantities.lines
        ],
        currency=prices.currency,
        source=prices.source,
    )


def changes(before: CostEstimate, after: CostEstimate) -> list[CostChange]:
    """The resources whose costs differ, for the comment of a pull request."""
    old, new = before.by_resource(), after.by_resource()
    return [
        CostChange(resource=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of what is known."""
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
