"""Preloads the modules that the program will import, while the engine starts.

What a program imports is known only after it has run, so the language host records it: after each run it
stores which installed modules the program's own modules reference. The next run preloads exactly these.
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

_INTERPRETER_FOLDERS = (f"{sys.prefix}{os.sep}", f"{sys.base_prefix}{os.sep}")


class Preloader:
    """Imports the recorded modules on a thread of its own, until the program is about to run.

    The program does not import concurrently: with circular imports, Python could give it partially
    initialized modules.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._import_modules, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the module that is being imported."""
        self._stopping.set()
        self._thread.join()

    def record(self, main: Mapping[str, object]) -> None:
        """Store the modules that the program referenced; `main` is the namespace of its main module."""
        own = [vars(module) for module in list(sys.modules.values()) if _is_own(module)]
        names = list(referenced_modules([main, *own]))
        with contextlib.suppress(OSError):  # the next run only takes longer
            files.write_json(self._file, names)

    def _import_modules(self) -> None:
        for name in _recorded(self._file):
            if self._stopping.is_set():
                return
            # An error in a module is reported when the program imports it.
            with contextlib.suppress(Exception):
                hasattr(
                    importlib.import_module(name), "anything"
                )  # the SDK's lazy modules load on first access


def referenced_modules(namespaces: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The installed modules whose contents the namespaces reference, in order and without repetition."""
    seen: set[str] = set()
    for namespace in namespaces:
        for value in list(namespace.values()):
            name = value.__name__ if isinstance(value, ModuleType) else _defining_module(value)
            if name and name not in seen and _is_installed(name):
                seen.add(name)
                yield name


def _defining_module(value: object) -> str | None:
    return value.__module__ if inspect.isclass(value) or inspect.isfunction(value) else None


def _is_own(module: ModuleType) -> bool:
    """Whether a module is part of the program: loaded, and neither installed nor in the standard library."""
    file = vars(module).get("__file__") if type(module) is ModuleType else None
    return bool(file) and not str(file).startswith(_INTERPRETER_FOLDERS)


def _is_installed(name: str) -> bool:
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    return "site-packages" in str(getattr(spec, "origin", ""))


def _recorded(file: Path) -> list[str]:
    try:
        names = json.loads(file.read_text())
    except (OSError, json.JSONDecodeError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
