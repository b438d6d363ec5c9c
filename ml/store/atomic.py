"""Outputs that are whole or absent: written beside their place, then renamed into it."""

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
_FULL_TEXT = re.compile(r"No space left on device|Disk quota exceeded|File too large")  # of polars and DuckDB
_NO_RENAME = {errno.EXDEV, errno.EBUSY}


@contextmanager
def whole_folder(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yields an empty folder that replaces `path` when the block ends, and vanishes if it fails.

    Raises:
        MLError: the disk filled up, inside the block or on the way into place.
        InputError: nothing can be written there.
    """
    place = Path(path).resolve()
    part = _part(place)
    with _explained(place):
        try:
            _create(part, place)
            yield part
            _take_folder_place(part, place)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yields the path of a file to write, which replaces `path` when the block ends, or vanishes if it fails.

    Raises:
        MLError: the disk filled up.
        InputError: nothing can be written there, or `path` is a folder.
    """
    place = Path(path).resolve()
    part = _part(place)
    with _explained(place):
        try:
            # A folder of its own, because some writers derive more names from the one they are given.
            _create(part, place)
            yield part / place.name
            (part / place.name).replace(place)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _part(place: Path) -> Path:
    return place.parent / f".{place.name}.{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}.part"


def _create(part: Path, place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
    except OSError as error:
        if is_full(error):
            raise
        raise InputError(
            f"cannot write {place}: {error.strerror}", "choose a place where you may write"
        ) from None
    _sweep(place)


def _sweep(place: Path) -> None:
    """Removes what a process that was killed left of this output; on this host, where its id tells."""
    pattern = re.compile(
        rf"\.{re.escape(place.name)}\.{re.escape(socket.gethostname())}\.(\d+)\.[0-9a-f]{{6}}\.part"
    )
    for entry in place.parent.iterdir():
        found = pattern.fullmatch(entry.name)
        if found and not _alive(int(found[1])):
            shutil.rmtree(entry, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _take_folder_place(part: Path, place: Path) -> None:
    try:
        _rename_over(part, place)
    except OSError as error:
        if error.errno not in _NO_RENAME:
            raise
        _fill(part, place)


def _rename_over(part: Path, place: Path) -> None:
    """A folder cannot be renamed onto a full one, so the old one steps aside first."""
    old = _part(place)
    try:
        place.rename(old)
    except FileNotFoundError:
        part.rename(place)
        return
    except NotADirectoryError:  # a file stands in the place
        place.unlink()
    try:
        part.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _fill(part: Path, place: Path) -> None:
    """The place is a mount point, as an Azure ML output is: nothing can be renamed onto it."""
    _empty(place)
    try:
        shutil.copytree(part, place, dirs_exist_ok=True)
    except BaseException:
        _empty(place)
        raise


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@contextmanager
def _explained(place: Path) -> Generator[None]:
    try:
        yield
    except MLError:
        raise
    except Exception as error:
        if is_full(error):
            raise MLError(
                f"no space left on the disk while writing {place}", "free some space or choose another place"
            ) from error
        if isinstance(error, IsADirectoryError):
            raise InputError(f"cannot write {place}: it is a folder", "name a file") from None
        raise


def is_full(error: BaseException) -> bool:
    """Whether a full disk is behind this error, or behind what caused it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _FULL:
            return True
        if _FULL_TEXT.search(str(seen)):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
