"""Resource groups, and what every component takes from the one that it declares its resources in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import authorization, resources

from roastery.naming import Names


@dataclass(frozen=True, kw_only=True)
class ResourceGroup:
    """A resource group, and how resources in it are named, tagged and protected.

    Args:
        id: ARM id.
        name: an output, so that the group exists first.
        names: composes the names of its resources.
        tags: on everything that takes them.
        protect: refuse to delete what holds data.
    """

    id: pulumi.Input[str]
    name: pulumi.Input[str]
    names: Names
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    protect: bool = False

    @property
    def region(self) -> str:
        """The Azure region."""
        return self.names.region


def declare_group(part: str, *, names: Names, tags: Mapping[str, str], protect: bool) -> ResourceGroup:
    """Declares the resource group of one part of the stack.

    Args:
        part: distinguishes groups in their names, e.g. `net`.
        names: composes its name and those of its resources.
        tags: on the group and its resources.
        protect: refuse to delete resources that hold data.
    """
    group = resources.ResourceGroup(
        f"rg-{part}",
        resource_group_name=names.of("resource group", part),
        location=names.region,
        tags=tags,
    )
    return ResourceGroup(id=group.id, name=group.name, names=names, tags=tags, protect=protect)


def lock(
    part: str, group: ResourceGroup, covered: Sequence[pulumi.Resource], *, notes: str
) -> authorization.ManagementLockByScope:
    """Declares a lock on the group: nothing in it can be deleted.

    It covers roles and settings of the resources in the group too, wherever they are declared. It is created
    after all of them, so that a `destroy` lifts it first.

    Args:
        part: distinguishes locks in their names, e.g. `data`.
        group: the group.
        covered: every resource in the group, and the components that declare roles or settings on them.
        notes: shown in the portal: why, and how to lift it.
    """
    return authorization.ManagementLockByScope(
        f"lock-{part}",
        lock_name="no-delete",
        scope=group.id,
        level=authorization.LockLevel.CAN_NOT_DELETE,
        notes=notes,
        opts=pulumi.ResourceOptions(depends_on=covered),
    )
