"""A pinned Pulumi CLI in `.tools/pulumi`, from the official installer or from its published Go module.

`python -m azsandbox.pulumi.toolchain` brings it (`make tools`); a second run finds it and does nothing.
"""

from __future__ import annotations

from azsandbox.pulumi.toolchain.install import ensure, find
from azsandbox.pulumi.toolchain.pin import VERSION

__all__ = ["VERSION", "ensure", "find"]
