"""A pinned Pulumi CLI in `.tools/pulumi`, from the official installer or built from its published Go module.

`python -m azsandbox.pulumi.toolchain` (`make tools`) installs it; if it is already installed, nothing
happens.
"""

from __future__ import annotations

from azsandbox.pulumi.toolchain.install import ensure, find
from azsandbox.pulumi.toolchain.pin import VERSION

__all__ = ["VERSION", "ensure", "find"]
