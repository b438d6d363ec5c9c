"""ARM ids and names of what the bootstrap program declares; the platform's program refers to them."""

from __future__ import annotations

from roastery.components.bootstrap import StateIds
from stacks.bootstrap_section import STATE_CONTAINER, STATE_KEY
from stacks.config import StackConfig


def state_ids(config: StackConfig) -> StateIds:
    """ARM ids of state store, key and shared registry."""
    return StateIds.of(config.names, STATE_CONTAINER, STATE_KEY, config.bootstrap.registry)


def registry_name(config: StackConfig) -> str:
    """The name of the shared registry."""
    return state_ids(config).registry.rpartition("/")[2]
