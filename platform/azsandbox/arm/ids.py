"""ARM resource ids: taking them apart. Ids compare without case; they are kept as written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GROUP = re.compile(r"^(/subscriptions/[^/]+/resourceGroups/[^/]+)", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"^/subscriptions/[^/]+", re.IGNORECASE)


def key(identifier: str) -> str:
    """What two spellings of one id have in common."""
    return identifier.rstrip("/").lower()


def looks_like_id(value: str) -> bool:
    return value.lower().startswith("/subscriptions/") and "\n" not in value and " " not in value


def group_of(identifier: str) -> str | None:
    """The resource group's id, or None for something above groups."""
    found = _GROUP.match(identifier)
    return found[1] if found else None


def subscription_of(identifier: str) -> str:
    found = _SUBSCRIPTION.match(identifier)
    return found[0] if found else ""


@dataclass(frozen=True)
class Parsed:
    """`scope`/providers/`namespace`/type/name/type/name…, or a group, or a subscription."""

    scope: str
    kind: str  # "Microsoft.Network/virtualNetworks/subnets"
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[-1] if self.names else ""


def parse(identifier: str) -> Parsed:
    """Take an id apart at its last /providers/: an extension resource's scope may be a whole id itself."""
    head, found, tail = identifier.rstrip("/").rpartition("/providers/")
    if not found:
        parts = identifier.strip("/").split("/")
        group = len(parts) >= 4 and parts[2].lower() == "resourcegroups"  # noqa: PLR2004 - /subscriptions/s/resourceGroups/g
        kind = "Microsoft.Resources/resourceGroups" if group else "Microsoft.Resources/subscriptions"
        return Parsed("/" + "/".join(parts[:2]), kind, (parts[-1],))
    namespace, *rest = tail.split("/")
    return Parsed(head, "/".join([namespace, *rest[::2]]), tuple(rest[1::2]))


def parent_of(identifier: str) -> str | None:
    """The id one type up (`…/virtualNetworks/v` of a subnet); None for a top-level resource of a group."""
    head, found, tail = identifier.rstrip("/").rpartition("/providers/")
    parts = tail.split("/")
    if not found or len(parts) <= 3:  # noqa: PLR2004 - namespace, type, name
        return None
    return f"{head}/providers/{'/'.join(parts[:-2])}"


def below(identifier: str, ancestor: str) -> bool:
    """Whether the id lies under the ancestor, extension resources included."""
    return key(identifier).startswith(f"{key(ancestor)}/")
