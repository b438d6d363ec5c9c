"""ARM resource ids and their parts. Ids are compared without regard to case, and stored as written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GROUP = re.compile(r"^(/subscriptions/[^/]+/resourceGroups/[^/]+)", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"^/subscriptions/[^/]+", re.IGNORECASE)


def key(identifier: str) -> str:
    """The canonical form of an id, for comparisons."""
    return identifier.rstrip("/").lower()


def looks_like_id(value: str) -> bool:
    return value.lower().startswith("/subscriptions/") and "\n" not in value and " " not in value


def group_of(identifier: str) -> str | None:
    """The resource group's id, or None for a resource that is not in one."""
    match = _GROUP.match(identifier)
    return match[1] if match else None


def subscription_of(identifier: str) -> str:
    match = _SUBSCRIPTION.match(identifier)
    return match[0] if match else ""


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
    """Split an id at its last /providers/: the scope of an extension resource may be a whole id itself."""
    head, separator, tail = identifier.rstrip("/").rpartition("/providers/")
    if not separator:
        parts = identifier.strip("/").split("/")
        group = len(parts) >= 4 and parts[2].lower() == "resourcegroups"  # noqa: PLR2004 - /subscriptions/s/resourceGroups/g
        kind = "Microsoft.Resources/resourceGroups" if group else "Microsoft.Resources/subscriptions"
        return Parsed("/" + "/".join(parts[:2]), kind, (parts[-1],))
    namespace, *rest = tail.split("/")
    return Parsed(head, "/".join([namespace, *rest[::2]]), tuple(rest[1::2]))


def parent_of(identifier: str) -> str | None:
    """The id one type up (`…/virtualNetworks/v` of a subnet); None for a top-level resource of a group."""
    head, separator, tail = identifier.rstrip("/").rpartition("/providers/")
    parts = tail.split("/")
    if not separator or len(parts) <= 3:  # noqa: PLR2004 - namespace, type, name
        return None
    return f"{head}/providers/{'/'.join(parts[:-2])}"


def below(identifier: str, ancestor: str) -> bool:
    """Whether the id is under the ancestor, extension resources included."""
    return key(identifier).startswith(f"{key(ancestor)}/")
