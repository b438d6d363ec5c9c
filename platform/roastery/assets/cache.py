"""Specifications made earlier: azure-ai-ml takes seconds to import, which a preview should not pay twice."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

Spec = dict[str, Any]


class Cache:
    """A folder of specifications by what they are made from and by whom; losing it costs time.

    Args:
        folder: where they lie.
        maker: the module that makes them; a change of it makes them anew, as a change of the SDK does.
    """

    def __init__(self, folder: Path, maker: Path) -> None:
        self._folder = folder
        self._makers = [version("azure-ai-ml"), hashlib.sha256(maker.read_bytes()).hexdigest()]

    def get(self, key: Any, make: Callable[[], Spec]) -> Spec:
        """The specification for `key`, anything that JSON can say, made if it is not there."""
        text = json.dumps([self._makers, key], sort_keys=True)
        file = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
        with suppress(OSError, json.JSONDecodeError):
            return json.loads(file.read_text(encoding="utf-8"))
        made = make()
        with suppress(OSError):  # a read-only checkout
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, unfinished = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(descriptor, "w", encoding="utf-8") as whole:
                json.dump(made, whole)
            Path(unfinished).replace(file)
        return made
