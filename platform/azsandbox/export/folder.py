"""A folder that is there as a whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azsandbox.errors import ExportError

INDEX = "export.json"
_MADE_BY = "roast sandbox export"


def check(out: Path) -> None:
    """Refuse to write over what is not an earlier export; done before any work."""
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink():
        raise ExportError(f"--out {out} is no folder: name one that does not exist yet")
    if any(out.iterdir()) and not _is_export(out / INDEX):
        raise ExportError(
            f"--out {out} holds something that is no earlier export (no {INDEX} of ours in it): "
            "name another folder, or one that does not exist yet"
        )


def write(out: Path, files: Mapping[str, str], index: Mapping[str, Any]) -> None:
    """Replace `out` by these files (name → content) and an index that says what they are."""
    check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        new = unfinished / "new"
        for name, content in files.items():
            file = new / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        new.mkdir(exist_ok=True)
        text = json.dumps({"madeBy": _MADE_BY, **index}, indent=2)
        (new / INDEX).write_text(f"{text}\n", encoding="utf-8")
        _swap(out, new, unfinished / "old")
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _swap(out: Path, new: Path, old: Path) -> None:
    """`new` takes the place of `out`; if that fails, `out` is what it was."""
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
