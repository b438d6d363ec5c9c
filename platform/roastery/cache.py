"""What was made earlier with a library that takes seconds to import, which a preview should not pay twice."""

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
    """A folder of JSON values by what they are made from and by whom; losing it costs time.

    Args:
        folder: where they lie.
        packages: installed distributions that make them; another version makes them anew.
        makers: source files that make them, likewise.
    """

    def __init__(self, folder: Path, packages: Sequence[str], makers: Sequence[Path]) -> None:
        self._folder = folder
        sources = [hashlib.sha256(file.read_bytes()).hexdigest() for file in makers]
        self._makers = [*map(version, packages), *sources]

    def get(self, key: Any, make: Callable[[], T], worth: Callable[[T], bool] = lambda _: True) -> T:
        """The value for `key`, anything that JSON can say like the value itself, made if it is not there.

        Only a value that is `worth` it is kept.
        """
        text = json.dumps([self._makers, key], sort_keys=True)
        file = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
        with suppress(OSError, json.JSONDecodeError):
            return json.loads(file.read_text(encoding="utf-8"))
        made = make()
        written = json.dumps(made)
        if not worth(made):
            return json.loads(written)
        with suppress(UnwritableError):  # a read-only checkout
            write(file, written)
        return json.loads(written)  # the same as the next time, when it is read
