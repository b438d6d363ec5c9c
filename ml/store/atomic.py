"""Outputs that are complete or absent: written beside their target, then renamed to it."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ml.errors import InputError, MLError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# of polars, DuckDB and SQLite
_FULL_TEXT = re.compile(
    r"No space left on device|Disk quota exceeded|File too large|database or disk is full|"
    r"No usable temporary directory"
)
_NO_RENAME = {errno.EXDEV, errno.EBUSY}


@contextmanager
def whole_folder(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yields an empty folder that replaces `path` when the block ends, and is removed if it fails.

    Raises:
        MLError: the disk filled up.
        InputError: nothing can be written there.
    """
    target = Path(path).resolve()
    part = _part(target)
    with _explained(target):
        try:
            _create(part, target)
            yield part
            _replace_folder(part, target)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yields the path of a file that replaces `path` when the block ends, and is removed if it fails.

    Raises:
        MLError: the disk filled up.
        InputError: nothing can be written there, or `path` is a folder.
    """
    target = Path(path).resolve()
    part = _part(target)
    with _explained(target):
        try:
            # A folder of its own, because some writers derive further file names from this one.
            _create(part, target)
            yield part / target.name
            (part / target.name).replace(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _part(target: Path) -> Path:
    return target.parent / f".{target.name}.{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}.part"


def _create(part: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
    except OSError as error:
        if is_full(error):
            raise
        raise InputError(
            f"cannot write {target}: {error.strerror}", "choose a path where you may write"
        ) from None
    _sweep(target)


def _sweep(target: Path) -> None:
    """Removes partial outputs of processes on this host that no longer run."""
    pattern = re.compile(
        rf"\.{re.escape(target.name)}\.{re.escape(socket.gethostname())}\.(\d+)\.[0-9a-f]{{6}}\.part"
    )
    for entry in target.parent.iterdir():
        match = pattern.fullmatch(entry.name)
        if match and not is_alive(int(match[1])):
            shutil.rmtree(entry, ignore_errors=True)


def is_alive(process: int) -> bool:
    """Whether a process with that id runs on this host."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs as another user
        return True
    return True


def _replace_folder(part: Path, target: Path) -> None:
    try:
        _rename_over(part, target)
    except OSError as error:
        if error.errno not in _NO_RENAME:
            raise
        _fill(part, target)


def _rename_over(part: Path, target: Path) -> None:
    """A folder cannot be renamed to one that is not empty, so the old one is moved away first."""
    old = _part(target)
    try:
        target.rename(old)
    except FileNotFoundError:
        part.rename(target)
        return
    except NotADirectoryError:  # the target is a file
        target.unlink()
    try:
        part.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(part: Path, target: Path) -> None:
    """For a target that is a mount point, as an Azure ML output is: nothing can be renamed to it."""
    _empty(target)
    try:
        shutil.copytree(part, target, dirs_exist_ok=True)
    except BaseException:
        _empty(target)
        raise


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@contextmanager
def _explained(target: Path) -> Generator[None]:
    try:
        yield
    except MLError:
        raise
    except Exception as error:
        if is_full(error):
            raise MLError(
                f"no space left on the disk while writing {target}", "free some space or choose another path"
            ) from error
        if isinstance(error, IsADirectoryError):
            raise InputError(f"cannot write {target}: it is a folder", "name a file") from None
        raise


def is_full(error: BaseException) -> bool:
    """Whether a full disk is the reason for this error, or for one of its causes."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _FULL:
            return True
        if _FULL_TEXT.search(str(seen)):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
