"""Files that a user asked for, written atomically."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from roastery.errors import RoasteryError


class UnwritableError(RoasteryError):
    """A file that the user asked for can't be written."""

    exit_code = 2


def write(file: Path, text: str) -> None:
    """Writes the whole text or nothing: an existing file is replaced once the new one is complete.

    A device or a pipe is written to, never replaced: /dev/null must stay a device, for root too.

    Raises:
        UnwritableError: the folder or the file is not writable.
    """
    try:
        target = file.resolve()  # a link stays a link
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8", newline="\n")
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(target)
    except OSError as error:
        raise UnwritableError(
            f"{file} can't be written: {error.strerror}", "name another file, or make this one writable"
        ) from None
