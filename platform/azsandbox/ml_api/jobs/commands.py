"""A component's command with its placeholders filled, as Azure ML fills them.

learn.microsoft.com, "CLI (v2) command component YAML schema": `${{inputs.x}}`, `${{outputs.x}}`, and `$[[…]]`
around what goes with an optional input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from azsandbox.errors import ArmError

_PLACE = re.compile(r"\$\{\{\s*(inputs|outputs)\.([\w.]+)\s*\}\}")
_OPTIONAL = re.compile(r"\$\[\[(.*?)\]\]", re.DOTALL)


def fill(command: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    """The command line for the shell; a block whose input was not given is left out.

    Raises:
        ArmError: a placeholder outside of a block has no value.
    """
    values = {"inputs": inputs, "outputs": outputs}

    def block(found: re.Match[str]) -> str:
        text = found[1]
        return text if all(name in values[kind] for kind, name in _PLACE.findall(text)) else ""

    def place(found: re.Match[str]) -> str:
        if found[2] not in values[found[1]]:
            raise ArmError(
                400, "UserError", f"{found[0]} in the command has no value: {found[1]} lacks '{found[2]}'."
            )
        return values[found[1]][found[2]]

    return _PLACE.sub(place, _OPTIONAL.sub(block, command))
