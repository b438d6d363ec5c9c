"""Results of libraries that take seconds to import, cached so that a preview pays for them once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from roastery.files import UnwritableError, write

T = TypeVar("T")


class Cache:
    """A folder of JSON values by their key and by the code that computes them; deleting it only costs time.

    Args:
        folder: where the files are.
        packages: installed distributions that compute the values; another version computes them again.
        sources: source files that compute them, likewise.
    """

    def __init__(self, folder: Path, packages: Sequence[str], sources: Sequence[Path]) -> None:
        self._folder = folder
        hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sources]
        self._computed_by = [*map(version, packages), *hashes]

    def get(self, key: Any, compute: Callable[[], T]) -> T:
        """The value for `key`, read from the folder or computed; both have to be serializable as JSON."""
        text = json.dumps([self._computed_by, key], sort_keys=True)
        file = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
        with suppress(OSError, json.JSONDecodeError):
            return json.loads(file.read_text(encoding="utf-8"))
        serialized = json.dumps(compute())
        with suppress(UnwritableError):  # a read-only checkout
            write(file, serialized)
        return json.loads(serialized)  # the same as the next time, when it is read
