"""Add-ons of AKS by the keys of `addonProfiles`, as the Azure CLI has them."""

from __future__ import annotations

import re

from azsandbox.facts.sources import Copy, Source

CLI = Source("Azure/azure-cli", ("src/azure-cli/azure/cli/command_modules/acs/_consts.py",))
SOURCES = (CLI,)
_KEY = re.compile(r'^CONST_\w+_ADDON_NAME = "(\w+)"', re.MULTILINE)
_VIRTUAL_NODES = "aciConnector"  # the CLI appends the operating system


def rows(copies: dict[str, Copy]) -> list[str]:
    """The keys.

    Raises:
        FactsError: the file has another form.
    """
    copy, path = copies[CLI.repository], CLI.paths[0]
    keys = _KEY.findall(copy.text(path))
    if not keys:
        raise copy.failure(path, "names of add-ons")
    return sorted(f"{key}Linux" if key == _VIRTUAL_NODES else key for key in keys)
