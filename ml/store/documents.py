"""JSON documents: the one way in which ml writes and reads them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ml.errors import InputError
from ml.store.atomic import whole_file


def encode(value: Any, *, indent: int = 2, sort_keys: bool = False) -> bytes:
    """JSON in UTF-8 with a newline at the end. A number that is not finite becomes null: JSON has no NaN."""
    if isinstance(value, BaseModel):
        text = value.model_dump_json(indent=indent)
    else:
        text = json.dumps(
            _finite(value), indent=indent, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False
        )
    return f"{text}\n".encode()


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Writes plain values or a pydantic model to `path`, whole or not at all.

    Raises:
        MLError: the disk is full.
        InputError: nothing can be written there.
    """
    with whole_file(path) as part:
        part.write_bytes(encode(value))


def read_json(path: str | os.PathLike[str], hint: str = "") -> Any:
    """The content of a JSON file.

    Args:
        path: the file.
        hint: what to do if it cannot be read.

    Raises:
        InputError: the file does not exist, cannot be read or is not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist", hint) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint) from None
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}", hint) from None


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
