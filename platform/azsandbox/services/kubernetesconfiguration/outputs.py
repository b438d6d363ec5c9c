"""What an installed extension reports."""

from __future__ import annotations

from azsandbox.arm.model import Request, Values


def extension(_: Request) -> Values:
    return {"currentVersion": "1.1.0", "isSystemExtension": False, "statuses": []}
