"""Objects between Pulumi and the API server: what is sent, what becomes the outputs, what has drifted."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from azsandbox.schema.values import Secret, reveal

Values = dict[str, Any]


def manifest_of(inputs: Values) -> Values:
    """The object that is sent: without secret marks, and without the values that the program left out."""
    plain = _without_none(reveal(inputs))
    return {**plain, "metadata": plain.get("metadata") or {}}


def outputs_of(live: Values, inputs: Values) -> Values:
    """The stored object as outputs, secret where the inputs are; a Secret's content always is."""
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    outputs: Values = _marked({**live, "metadata": metadata, **_written_only(live, inputs)}, inputs)
    if live.get("kind") == "Secret":
        content = ("data", "stringData")
        outputs |= {name: Secret(reveal(outputs[name])) for name in content if outputs.get(name) is not None}
    return outputs


def inputs_of(live: Values, inputs: Values, outputs: Values) -> Values:
    """The inputs, with the stored value wherever it has changed since it was written.

    The server writes some values in another form (a quantity of 1000m is stored as 1): so what is compared is
    the object as it was stored after the write, not the inputs.
    """
    current = {**live, **_written_only(live, inputs)}
    merged: Values = _drifted(inputs, reveal(outputs), current)
    return merged


def _written_only(live: Values, inputs: Values) -> Values:
    """A Secret's stringData: the server moves it into data, encoded, and does not return it."""
    written: Any = reveal(inputs.get("stringData"))
    if live.get("kind") != "Secret" or not isinstance(written, dict):
        return {}
    stored: Values = live.get("data") or {}
    return {"stringData": {key: _decoded(stored[key]) for key in written if key in stored}}


def _decoded(text: Any) -> str:
    try:
        return base64.b64decode(str(text), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return str(text)


def _drifted(inputs: Any, before: Any, live: Any) -> Any:
    if live == before:
        return inputs
    if isinstance(inputs, Secret):
        return Secret(_drifted(inputs.value, before, live))
    if isinstance(inputs, dict) and isinstance(live, dict):
        earlier: Values = before if isinstance(before, dict) else {}
        return {
            key: _drifted(value, earlier.get(key), live.get(key))
            for key, value in inputs.items()
            if key in live or key not in earlier
        }
    same_length = isinstance(before, list) and isinstance(live, list) and len(before) == len(live)
    if isinstance(inputs, list) and same_length and len(inputs) == len(live):
        return [_drifted(*items) for items in zip(inputs, before, live, strict=True)]
    return live


def _marked(live: Any, inputs: Any) -> Any:
    if isinstance(inputs, Secret):
        return Secret(live)
    if isinstance(live, dict) and isinstance(inputs, dict):
        return {key: _marked(value, inputs.get(key)) for key, value in live.items()}
    if isinstance(live, list) and isinstance(inputs, list) and len(live) == len(inputs):
        return [_marked(*items) for items in zip(live, inputs, strict=True)]
    return live


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value if item is not None] if isinstance(value, list) else value
