"""What all readers share: the ledger, and how this stack's names and groups are shortened."""

from __future__ import annotations

from dataclasses import dataclass, field

from roastery.graph.labels import clean, common_words, shorten
from roastery.graph.ledger import Ledger, key
from roastery.graph.model import Card
from roastery.graph.state import Resource


@dataclass(kw_only=True)
class Context:
    """One reading of one state; `labels` is what a scope is called, by key of its id."""

    ledger: Ledger
    common: tuple[str, str] = ("", "")
    labels: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, ledger: Ledger) -> Context:
        names = [one.name for one in ledger.of("azure-native:resources:ResourceGroup")]
        return cls(ledger=ledger, common=common_words(names))

    def short(self, name: str) -> str:
        """A name without what all names of this stack share."""
        return clean(shorten(name, self.common))

    def card(self, title: str, resource: Resource, *folded: Resource, **more: object) -> Card:
        """A box for a resource; it and what is folded into it count as drawn."""
        self.labels.setdefault(key(resource.id), title)
        values: dict[str, object] = {
            "title": title,
            "name": clean(resource.name),
            "group": group_of(resource),
            "id": key(resource.id),
            "count": self.ledger.take(resource, *folded),
        }
        return Card(**{**values, **more})  # pyright: ignore[reportArgumentType] - the names are Card's own


def group_of(resource: Resource) -> str:
    """The resource group in an ARM id, in the spelling of the id."""
    parts = resource.id.split("/")
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""  # noqa: PLR2004


def same(left: object, right: str) -> bool:
    """Two ids name the same thing."""
    return isinstance(left, str) and key(left) == key(right)
