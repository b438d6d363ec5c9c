"""Writes an export's folder as a whole: an earlier export is replaced when all new files are written."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.errors import ExportError

INDEX = "export.json"
_MADE_BY = "roast sandbox export"  # part of the file format: an earlier export is recognized by it


def check(out: Path) -> None:
    """Check that a folder can be written: it does not exist, is empty, or contains an earlier export.

    Raises:
        ExportError: `out` is not a folder, or contains other files.
    """
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink():
        raise ExportError(f"--out {out} is not a folder: name one that does not exist yet")
    if any(out.iterdir()) and not _is_export(out / INDEX):
        raise ExportError(
            f"--out {out} is not empty and not an earlier export (it has no {INDEX} of an export): "
            "name another folder, or one that does not exist yet"
        )


def write(out: Path, contents: Mapping[str, str], index: Mapping[str, Any]) -> None:
    """Replace the folder `out` by these files and their index.

    Args:
        out: the folder.
        contents: the text of each file, by its path in the folder.
        index: what the index contains, apart from its own marker.

    Raises:
        ExportError: `out` is not a folder, or contains other files.
        OSError: the folder can't be written.
    """
    check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        new = unfinished / "new"
        for name, content in contents.items():
            files.write_text(new / name, content, mode=files.PUBLIC)
        text = json.dumps({"madeBy": _MADE_BY, **index}, indent=2)
        files.write_text(new / INDEX, f"{text}\n", mode=files.PUBLIC)
        _swap(out, new, unfinished / "old")
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _swap(out: Path, new: Path, old: Path) -> None:
    """Replace `out` by `new`; if that fails, `out` is restored."""
    if out.exists():
        out.rename(old)
    try:
        new.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise


def _is_export(file: Path) -> bool:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("madeBy") == _MADE_BY
