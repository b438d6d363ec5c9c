"""The hash of a step's code, cached: finding it parses every module that the step imports."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path

from roastery.cache import Cache


def cached_code_hash(package: Path, code_hash: Callable[[str], str], folder: Path) -> Callable[[str], str]:
    """`code_hash`, computed once for each state of the package and each version of Python.

    Args:
        package: folder of the package that holds the steps.
        code_hash: hash of the code that a module reaches, by the module's name.
        folder: of the cache.
    """
    state = package_hash(package)
    cache = Cache(folder, [], [])
    return lambda module: cache.get([module, state], lambda: code_hash(module))


def package_hash(package: Path) -> str:
    """Hash of the names and contents of a package's files, and of the version of Python."""
    digest = hashlib.sha256(platform.python_version().encode())
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(package)}\0{content}\n".encode())
    return digest.hexdigest()
