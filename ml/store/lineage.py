"""Where a data set came from, in a `lineage.json` beside it; and a hash by which a change is noticed."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ml.errors import InputError
from ml.store.documents import write_json
from ml.store.regular import regular_file

FILE = "lineage.json"


class Lineage(BaseModel):
    """What a data set is made from. `hash` is of its content, whenever and wherever it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    """The warehouse table, or the step, that it comes from."""
    rows: int
    columns: tuple[str, ...]
    hash: str
    query: str | None = None
    imported_at: dt.datetime | None = None
    connector: str | None = None
    inputs: dict[str, str] = {}
    """Hash of each data set it was made from, by name."""
    files: dict[str, str] = {}
    """SHA-256 of each file, by its path in the folder; `write` fills it in."""
    parameters: dict[str, str | int | float | bool | None] = {}


def write(folder: str | os.PathLike[str], lineage: Lineage) -> None:
    """Writes `lineage.json` into a data set's folder, in which all other files are already."""
    write_json(Path(folder) / FILE, lineage.model_copy(update={"files": _files(Path(folder))}))


def read(folder: str | os.PathLike[str]) -> Lineage:
    """The lineage of a data set.

    Raises:
        InputError: the folder has no `lineage.json`, or it is broken.
    """
    path = Path(folder) / FILE
    try:
        return Lineage.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path} does not exist", "every step writes one into its data sets") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(["", *(str(part) for part in first["loc"])])
        raise InputError(f"{path}{where}: {first['msg']}", "run the step again") from None


def verify(file: Path, folder: Path) -> None:
    """Compares a file with the `lineage.json` of its data set, if there is one that has its hash.

    Raises:
        InputError: the file was damaged or changed after it was written.
    """
    if not (folder / FILE).is_file():
        return
    known = read(folder).files.get(file.relative_to(folder).as_posix())
    if known is not None and known != _file_hash(file):
        raise InputError(f"{file} is damaged: it is not what {folder / FILE} describes", "run the step again")


def _files(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / FILE)
    return {path.relative_to(folder).as_posix(): _file_hash(path) for path in files}


def content_hash(path: str | os.PathLike[str]) -> str:
    """SHA-256 (hex) of a file, or of the names and contents in a folder.

    Of a folder's own `lineage.json` only the `hash` counts: the time in it is not part of the content.

    Raises:
        InputError: there is nothing at `path`, or neither a file nor a folder.
    """
    if os.fspath(path) and Path(path).is_dir():
        path = Path(path)
        digest = hashlib.sha256()
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            name = file.relative_to(path).as_posix()
            content = read(path).hash if name == FILE else _file_hash(file)
            digest.update(f"{name}\0{content}\n".encode())
        return digest.hexdigest()
    return _file_hash(regular_file(path))


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except PermissionError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
