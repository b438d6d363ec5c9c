"""Atomic writes: a file is either complete or absent. All writing of this package goes through here."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_text(file: Path, text: str, *, mode: int = 0o644) -> None:
    """Writes the whole text or nothing: a reader sees either the old file or the new one.

    Raises:
        OSError: the folder can't be written to.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(unfinished).chmod(mode)
        Path(unfinished).replace(file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(unfinished).unlink()


def write_json(file: Path, value: Any, *, mode: int = 0o644) -> None:
    """`write_text` of a compact JSON document."""
    write_text(file, json.dumps(value, separators=(",", ":")), mode=mode)
