"""From an empty subscription to a state store, a registry, and a runner with its rights."""
