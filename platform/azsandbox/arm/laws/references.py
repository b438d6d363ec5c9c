"""Laws about the resources that a resource refers to."""

from __future__ import annotations

from dataclasses import dataclass

from azsandbox.arm import ids, regions
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.law import Law, Put
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError


def region_of(subscription: Subscription, identifier: str) -> str | None:
    """The region of a resource, or of the resource that it belongs to; None if it is not known."""
    above: str | None = identifier
    while above:
        resource = subscription.get(above)
        location = resource.inputs.get("location") if resource else None
        if isinstance(location, str):
            return regions.canonical(location)
        above = ids.parent_of(above)
    return None


@dataclass(frozen=True, kw_only=True)
class SameRegion(Law):
    """What a path refers to is in the resource's own region."""

    path: str
    code: str = "InvalidResourceReference"

    @property
    def text(self) -> str:
        return f"`{self.path}` is in the same region"

    def check(self, request: Put) -> None:
        own = region_of(request.subscription, request.id)
        location = request.inputs.get("location")
        if isinstance(location, str):
            own = regions.canonical(location)
        if own is None or own == "global":
            return
        for path, target in walk.values(request.inputs, self.path):
            if not isinstance(target, str):
                continue
            other = region_of(request.subscription, target)
            if other not in (None, own, "global"):
                raise ArmError(
                    400,
                    self.code,
                    f"{path} of '{request.id}' is in region {own}, but refers to '{target}' in {other}: both "
                    "have to be in the same region.",
                )
