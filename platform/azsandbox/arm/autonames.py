"""Names that the provider makes where a program gives none."""

from __future__ import annotations

import hashlib
import uuid

from azsandbox.arm.model import ResourceType


def autoname(spec: ResourceType, name: str, seed: bytes) -> str:
    """As azure-native names resources: name and 8 hex digits; for children the name; for roles a UUID."""
    digest = hashlib.sha256(seed or name.encode()).digest()
    kind = spec.autoname or ("copy" if spec.kind.count("/") > 1 else "random")
    if kind == "uuid":
        return str(uuid.UUID(bytes=digest[:16], version=4))
    return name if kind == "copy" else f"{name}{digest.hex()[:8]}"
