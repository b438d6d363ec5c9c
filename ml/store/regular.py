"""Files that a user names, before they are opened: opening a pipe waits for its other end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ml.errors import InputError

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def regular_file(path: str | os.PathLike[str]) -> Path:
    """The path of a file that has an end and can be read twice.

    Raises:
        InputError: the name is empty, nothing has it, or it is a folder, a pipe, a socket or a device.
    """
    if not os.fspath(path):
        raise InputError("the name of the file is empty", "name a file")
    path = Path(path)
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:  # a name with a NUL, or one that is too long
        raise InputError(f"cannot read {str(path)[:200]!r}: {getattr(error, 'strerror', error)}") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{path} is a folder", "name a file")
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "not a regular file")
        raise InputError(f"{path} is {kind}", "write its content to a file first")
    return path
