"""What every component shares: the place it puts its resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from roastery.naming import Names


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where resources go and how they are called.

    Args:
        group: name of the resource group; an output, so that it exists first.
        names: composer of names.
        tags: on everything that takes them.
        protect: refuse to delete what holds data.
    """

    group: pulumi.Input[str]
    names: Names
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    protect: bool = False

    @property
    def region(self) -> str:
        """The Azure region."""
        return self.names.region
