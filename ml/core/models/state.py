"""The state of a model as bytes: arrays and JSON, nothing that can run code when it is loaded."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import InputError, MLError

Arrays = Mapping[str, NDArray[Any]]


def pack(arrays: Arrays) -> bytes:
    """The arrays as an NPZ file. NumPy dates its entries 1980, so equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{name: arrays[name] for name in sorted(arrays)})
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def to_json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def from_json(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


@contextmanager
def reading_dump_of(model: str) -> Generator[None]:
    """Turns any error of reading into an `InputError`: the files are not a dump of `model`."""
    try:
        yield
    except MLError:
        raise
    except KeyError as error:
        reason = f"{error.args[0]} is missing"
        raise InputError(f"not a dump of {model}: {reason}", "train the model again") from error
    except (
        ValueError,  # JSON, NumPy, XGBoost
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
    ) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"not a dump of {model}: {reason}", "train the model again") from error
