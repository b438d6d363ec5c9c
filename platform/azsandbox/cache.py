"""Values that take seconds to compute, cached by their key and by the code that computes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from azsandbox import files

T = TypeVar("T")


class Cache:
    """A folder of JSON values; it can be deleted at any time.

    Args:
        folder: the folder of the values, one file each.
        packages: distributions that compute them; after a change of version they are computed again.
        sources: source files that compute them; after a change of content they are computed again.
    """

    def __init__(self, folder: Path, packages: Sequence[str], sources: Sequence[Path]) -> None:
        self._folder = folder
        hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sources]
        self._computed_by = [*map(version, packages), *hashes]

    def get(self, key: Any, compute: Callable[[], T], keep: Callable[[T], bool] = lambda _: True) -> T:
        """The cached value for `key`; else the result of `compute`, which is cached if `keep` returns True.

        Both `key` and the value are JSON values.
        """
        text = json.dumps([self._computed_by, key], sort_keys=True)
        file = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
        with suppress(OSError, json.JSONDecodeError):
            return json.loads(file.read_text(encoding="utf-8"))
        value = compute()
        if keep(value):
            with suppress(OSError):  # a read-only checkout
                files.write_json(file, value)
        return json.loads(json.dumps(value))  # the same types as a value that is read from the cache
