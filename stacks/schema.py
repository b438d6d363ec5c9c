"""The JSON schema of a stack file, for editors: `# yaml-language-server: $schema=docs/stack.schema.json`."""

from __future__ import annotations

import json
from typing import Any

from stacks.config import NAMESPACE, StackConfig


def stack_schema() -> dict[str, Any]:
    """Schema of a whole `Pulumi.<stack>.yaml`; keys of other namespaces are left to their providers."""
    model = StackConfig.model_json_schema(by_alias=True, mode="validation")
    definitions = model.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of Roastery",
        "type": "object",
        "properties": {
            "encryptionsalt": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "secretsprovider": {"type": "string"},
            "config": {
                "type": "object",
                "properties": {f"{NAMESPACE}:{key}": value for key, value in model["properties"].items()},
                "required": [f"{NAMESPACE}:{key}" for key in model["required"]],
                "patternProperties": {rf"^(?!{NAMESPACE}:)": {}},
                "additionalProperties": False,
            },
        },
        "required": ["config"],
        "$defs": definitions,
    }


def render() -> str:
    """The text of docs/stack.schema.json."""
    return json.dumps(stack_schema(), indent=2, sort_keys=False) + "\n"
