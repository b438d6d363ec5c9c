"""Atomic writes, and paths that stay where they belong. All writing of this package goes through here.

What the sandbox writes is its owner's alone: files 0600, folders 0700. What others are to read says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from azsandbox.errors import SandboxError

PRIVATE = 0o600
PUBLIC = 0o644
_PRIVATE_FOLDER = 0o700
_OTHERS = 0o077  # the rights of group and others, in a umask
_LONGEST = 255  # bytes in a file's name
_LONGEST_PATH = 4000  # bytes; Linux has 4096


class OutsideError(SandboxError):
    """A name leads out of the folder that it belongs to, or no file can have it."""


def private_umask() -> None:
    """What this process and its children create from now on is their owner's alone."""
    os.umask(_OTHERS)


def private_folder(folder: Path) -> Path:
    """Create the folder, with those above it, for its owner alone; one that exists becomes private.

    Raises:
        OSError: it can't be created, or belongs to someone else.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    if not missing:
        folder.chmod(_PRIVATE_FOLDER)
    return folder


def private_file(file: Path) -> None:
    """Create the file, empty, for its owner alone; one that exists becomes private and stays as it is.

    Raises:
        OSError: it can't be created, or belongs to someone else.
    """
    _folder_for(file.parent, PRIVATE)
    file.touch(mode=PRIVATE)
    file.chmod(PRIVATE)


def below(root: Path, *names: str) -> Path:
    """The path of a file or folder below `root`: the one way from a name in a request to a path.

    Each of `names` is relative and may have several parts (`a/b.csv`). Links are followed first.

    Raises:
        OutsideError: a part is `.` or `..`, too long or not text for a file system, or a link leads out.
    """
    parts = [part for name in names for part in name.split("/")]
    wrong = next((part for part in parts if not _is_file_name(part)), None)
    if wrong is not None:
        raise OutsideError(f"{_shown(wrong)} is not a valid part of a path below {root.name}")
    base = root.resolve()
    path = base.joinpath(*parts)
    if len(bytes(path)) > _LONGEST_PATH:
        raise OutsideError(f"{_shown('/'.join(parts))} is too long for a path below {root.name}")
    if not path.resolve().is_relative_to(base):
        raise OutsideError(f"{_shown('/'.join(parts))} leads out of {root.name}")
    return path


def _folder_for(folder: Path, mode: int) -> None:
    """The folder of a file, created if it is missing: private if the file is."""
    if mode & _OTHERS:
        folder.mkdir(parents=True, exist_ok=True)
    elif not folder.is_dir():
        private_folder(folder)


def _is_file_name(part: str) -> bool:
    try:
        size = len(part.encode())
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    control = any(character < " " or character == "\x7f" for character in part)
    return part not in {".", ".."} and 0 < size <= _LONGEST and not control


def _shown(name: str) -> str:
    return ascii(name if len(name) <= 80 else f"{name[:77]}...")  # noqa: PLR2004 - fits into a line


def write_text(file: Path, text: str, *, mode: int = PRIVATE) -> None:
    """Writes the whole text or nothing: a reader sees either the old file or the new one.

    Raises:
        OSError: the folder can't be written to.
    """
    _folder_for(file.parent, mode)
    descriptor, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(unfinished).chmod(mode)
        Path(unfinished).replace(file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(unfinished).unlink()


def write_bytes(file: Path, content: bytes) -> None:
    """The content in a private file, in a private folder; not atomic.

    Raises:
        OSError: the folder can't be written to.
    """
    private_folder(file.parent)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as stream:
        stream.write(content)


def write_json(file: Path, value: Any, *, mode: int = PRIVATE) -> None:
    """`write_text` of a compact JSON document."""
    write_text(file, json.dumps(value, separators=(",", ":")), mode=mode)
