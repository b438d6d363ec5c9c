"""What all readers share: the inventory, and how names and resource groups of this stack are shortened."""

from __future__ import annotations

from dataclasses import dataclass, field

from roastery.graph.inventory import Inventory, key
from roastery.graph.labels import clean, common_words, shorten
from roastery.graph.model import DrawnCard
from roastery.graph.state import StateResource


@dataclass(kw_only=True)
class Context:
    """The state that is read; `labels` has the text shown for a scope, by key of its id."""

    inventory: Inventory
    common: tuple[str, str] = ("", "")
    labels: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, inventory: Inventory) -> Context:
        names = [group.name for group in inventory.of("azure-native:resources:ResourceGroup")]
        return cls(inventory=inventory, common=common_words(names))

    def short(self, name: str) -> str:
        """A name without what all names of this stack share."""
        return clean(shorten(name, self.common))

    def card(self, title: str, resource: StateResource, *folded: StateResource, **more: object) -> DrawnCard:
        """A card for a resource, which is marked as drawn with everything that is folded into it."""
        self.labels.setdefault(key(resource.id), title)
        values: dict[str, object] = {
            "title": title,
            "name": clean(resource.name),
            "group": group_of(resource),
            "id": key(resource.id),
            "count": self.inventory.mark_drawn(resource, *folded),
        }
        return DrawnCard(**{**values, **more})  # pyright: ignore[reportArgumentType] - the names are those of DrawnCard


def group_of(resource: StateResource) -> str:
    """The resource group in an ARM id, in the spelling of the id."""
    parts = resource.id.split("/")
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""  # noqa: PLR2004


def same(left: object, right: str) -> bool:
    """Whether two ids refer to the same resource."""
    return isinstance(left, str) and key(left) == key(right)
