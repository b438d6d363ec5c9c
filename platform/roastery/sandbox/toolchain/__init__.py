"""A pinned Pulumi CLI in `.tools/pulumi`, from the official installer or from its published Go module.

`python -m roastery.sandbox.toolchain` brings it (`make tools`); a second run finds it and does nothing.
"""

from roastery.sandbox.toolchain.install import ensure, find
from roastery.sandbox.toolchain.pin import VERSION

__all__ = ["VERSION", "ensure", "find"]
