"""What every component shares: the resource group that it declares its resources in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import pulumi

from roastery.naming import Names


@dataclass(frozen=True, kw_only=True)
class ResourceGroup:
    """A resource group, and how resources in it are named, tagged and protected.

    Args:
        name: an output, so that the group exists first.
        names: composer of names.
        tags: on everything that takes them.
        protect: refuse to delete what holds data.
    """

    name: pulumi.Input[str]
    names: Names
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    protect: bool = False

    @property
    def region(self) -> str:
        """The Azure region."""
        return self.names.region


T = TypeVar("T")


def computed(
    resource: pulumi.CustomResource, output: pulumi.Output[T], pick: Callable[[T], str | None]
) -> pulumi.Output[str]:
    """A value that Azure fills inside an object which we also set.

    In a preview such an object is known with its inputs only, so the value would look absent; waiting for the
    resource's id, which a preview does not know, keeps it unknown.
    """
    # Picked first: `all` takes objects apart into plain dictionaries.
    picked = output.apply(lambda value: pick(value) or "")
    return pulumi.Output.all(resource.id, picked).apply(lambda both: str(both[1]))
