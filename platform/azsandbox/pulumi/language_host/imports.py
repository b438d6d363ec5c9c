"""Import what the program will import, while the engine still starts.

A program says what it uses only by running, so the host remembers it: after each run it notes which installed
modules the program's own modules hold. What they no longer hold is not imported ahead the next time.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from azsandbox import files

_NOT_OWN = (f"{sys.prefix}{os.sep}", f"{sys.base_prefix}{os.sep}")


class Ahead:
    """Imports on a thread of its own, and stops after the module at hand when the program wants to run.

    Python would let the program import beside it, but gives half-made modules where imports form a circle.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._enough.set()
        self._thread.join()

    def note(self, main: Mapping[str, object]) -> None:
        """Remember what the program that just ran holds; `main` has the names of its first module."""
        own = [vars(module) for module in list(sys.modules.values()) if _is_own(module)]
        names = list(used([main, *own]))
        with contextlib.suppress(OSError):  # costs time, nothing else
            files.write_json(self._file, names)

    def _work(self) -> None:
        for name in _remembered(self._file):
            if self._enough.is_set():
                return
            # Whatever is wrong with it, the program is who should meet it.
            with contextlib.suppress(Exception):
                hasattr(importlib.import_module(name), "anything")  # an SDK's module loads at the first look


def used(namespaces: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The installed modules of which a namespace holds something, in order."""
    seen: set[str] = set()
    for namespace in namespaces:
        for value in list(namespace.values()):
            name = value.__name__ if isinstance(value, ModuleType) else _home(value)
            if name and name not in seen and _is_installed(name):
                seen.add(name)
                yield name


def _home(value: object) -> str | None:
    return value.__module__ if inspect.isclass(value) or inspect.isfunction(value) else None


def _is_own(module: ModuleType) -> bool:
    """Whether it is the program's: neither installed nor Python's; not yet loaded ones are neither."""
    file = vars(module).get("__file__") if type(module) is ModuleType else None
    return bool(file) and not str(file).startswith(_NOT_OWN)


def _is_installed(name: str) -> bool:
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    return "site-packages" in str(getattr(spec, "origin", ""))


def _remembered(file: Path) -> list[str]:
    try:
        names = json.loads(file.read_text())
    except (OSError, json.JSONDecodeError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
