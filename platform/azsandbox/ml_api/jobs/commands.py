"""Fills the placeholders of a component's command as Azure ML does.

learn.microsoft.com, "CLI (v2) command component YAML schema": `${{inputs.x}}`, `${{outputs.x}}`, and `$[[…]]`
around what belongs to an optional input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from azsandbox.errors import ArmError

_PLACEHOLDER = re.compile(r"\$\{\{\s*(inputs|outputs)\.([\w.]+)\s*\}\}")
_OPTIONAL = re.compile(r"\$\[\[(.*?)\]\]", re.DOTALL)


def fill(command: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    """The command line for the shell; an optional block without its input is left out.

    Raises:
        ArmError: a placeholder outside an optional block has no value.
    """
    values = {"inputs": inputs, "outputs": outputs}

    def block(match: re.Match[str]) -> str:
        text = match[1]
        return text if all(name in values[kind] for kind, name in _PLACEHOLDER.findall(text)) else ""

    def placeholder(match: re.Match[str]) -> str:
        if match[2] not in values[match[1]]:
            raise ArmError(
                400,
                "UserError",
                f"{match[0]} in the command has no value: {match[1]} does not contain '{match[2]}'.",
            )
        return values[match[1]][match[2]]

    return _PLACEHOLDER.sub(placeholder, _OPTIONAL.sub(block, command))
