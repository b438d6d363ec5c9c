"""Add-ons of AKS by the keys of `addonProfiles`."""

from __future__ import annotations

from azsandbox.facts.table import load

TABLE = "aks_addons"


def names() -> frozenset[str]:
    """The keys as the Azure CLI spells them; AKS does not tell upper from lower case."""
    return frozenset(load(TABLE).rows)
