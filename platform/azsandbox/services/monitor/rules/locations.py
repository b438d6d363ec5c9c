"""Types of Azure Monitor that are not in a region."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azsandbox.arm import regions
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

# LocationNotAvailableForResourceType lists them (action groups: "regional processing" of their page).
METRIC_ALERTS = ("global", "swedencentral", "germanywestcentral")
ACTION_GROUPS = (
    "global",
    "swedencentral",
    "germanywestcentral",
    "northcentralus",
    "southcentralus",
    "eastus2euap",
)
ACTIVITY_LOG_ALERTS = ("global", "westeurope", "northeurope", "eastus2euap")
PRIVATE_LINK_SCOPES = ("global",)


def one_of(kind: str, allowed: tuple[str, ...]) -> Callable[[Values], Iterator[Problem]]:
    """The rule that a type is global, or in one of few regions."""

    def location_is_offered(inputs: Values) -> Iterator[Problem]:
        location = inputs.get("location")
        if isinstance(location, str) and regions.canonical(location) not in allowed:
            yield Problem(
                "location",
                f"{location!r} is not available for {kind}: use 'global' (offered: {', '.join(allowed)})",
                code="region",
            )

    return location_is_offered
