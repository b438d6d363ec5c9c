"""What a subnet can be delegated to, and which services have service endpoints."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from azsandbox.facts.table import load

TABLE = "subnets"


@functools.cache
def delegations() -> Mapping[str, str]:
    """The services as Azure spells them, by their names in lower case."""
    return {name.lower(): name for name in load(TABLE).rows["delegations"]}


@functools.cache
def service_endpoints() -> Mapping[str, str]:
    """The services as Azure spells them, by their names in lower case."""
    return {name.lower(): name for name in load(TABLE).rows["serviceEndpoints"]}
