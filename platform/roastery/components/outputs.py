"""Outputs that Azure computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pulumi

T = TypeVar("T")


def value_from_azure(
    resource: pulumi.CustomResource, output: pulumi.Output[T], pick: Callable[[T], str | None]
) -> pulumi.Output[str]:
    """A value that Azure fills in inside an object of which the program sets other fields.

    A preview knows such an object by the program's inputs only, so the value would look absent. Waiting for
    the resource's id, which a preview does not know, keeps it unknown.

    Args:
        resource: the resource.
        output: the object among its outputs.
        pick: takes the value from it.
    """
    # Picked first: `all` turns objects into plain dictionaries.
    value = output.apply(lambda object_: pick(object_) or "")
    return pulumi.Output.all(resource.id, value).apply(lambda both: str(both[1]))
