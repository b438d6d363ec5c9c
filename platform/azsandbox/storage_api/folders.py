"""Blobs as files: `<root>/<account>/<container>/<blob>`, with their metadata next to the container.

Every path comes from `Folders.container` or `Folders.path`, which check the names by the service's rules.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azsandbox import files
from azsandbox.errors import ArmError
from azsandbox.storage_api import naming

_METADATA = ".metadata"
_BLOCKS = ".blocks"
_UNFINISHED = ".unfinished"
_LONGEST_BLOCK = 88  # 64 bytes in Base64


@dataclass(frozen=True)
class Blob:
    """One file of a container."""

    name: str
    path: Path
    metadata: dict[str, str]

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def modified(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.path.stat().st_mtime, dt.UTC)

    @property
    def etag(self) -> str:
        stat = self.path.stat()
        return f'"0x{hashlib.sha256(f"{stat.st_mtime_ns}:{stat.st_size}".encode()).hexdigest()[:15].upper()}"'


class Folders:
    """The blobs of all accounts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def container(self, account: str, container: str) -> Path:
        """The folder of a container.

        Raises:
            ArmError: 400, the account or the container can't have this name.
        """
        naming.check_container(account, container)
        return files.below(self.root, account, container)

    def path(self, account: str, container: str, name: str) -> Path:
        """The file of a blob.

        Raises:
            ArmError: 400, the blob can't have this name, or its file would be outside of the container.
        """
        base = self.container(account, container)
        naming.check_blob(name)
        try:
            return files.below(base, name)
        except files.OutsideError as error:
            raise ArmError(
                400, "InvalidUri", f"'{ascii(name)[1:-1][:80]}' is not a valid blob name: {error}"
            ) from None

    def get(self, account: str, container: str, name: str) -> Blob:
        path = self.path(account, container, name)
        if not path.is_file():
            raise ArmError(404, "BlobNotFound", f"The specified blob does not exist: {container}/{name}")
        return Blob(name, path, self._metadata(account, container).get(name, {}))

    def put(self, account: str, container: str, name: str, content: bytes) -> Blob:
        path = self.path(account, container, name)
        part = files.private_folder(self.root / account / _UNFINISHED) / secrets.token_hex(8)
        files.write_bytes(part, content)
        try:
            files.private_folder(path.parent)
            part.replace(path)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            part.unlink()
            raise ArmError(
                409,
                "PathConflict",
                f"'{name}' can't be stored: the sandbox stores blobs as files, so one blob's name can't be a "
                "folder of another's.",
            ) from None
        return self.get(account, container, name)

    def put_block(self, account: str, container: str, name: str, block: str, content: bytes) -> None:
        self.path(account, container, name)  # its name is valid
        files.write_bytes(self._block(account, container, name, block), content)

    def commit(self, account: str, container: str, name: str, blocks: list[str]) -> Blob:
        self.path(account, container, name)
        blocks_in_order = [self._block(account, container, name, block) for block in blocks]
        if not all(file.is_file() for file in blocks_in_order):
            raise ArmError(400, "InvalidBlockList", "The specified block list is invalid.")
        blob = self.put(account, container, name, b"".join(file.read_bytes() for file in blocks_in_order))
        shutil.rmtree(self._blocks(account, container, name), ignore_errors=True)
        return blob

    def delete(self, account: str, container: str, name: str) -> None:
        self.get(account, container, name).path.unlink()
        self.set_metadata(account, container, name, {})

    def set_metadata(self, account: str, container: str, name: str, metadata: dict[str, str]) -> None:
        known = self._metadata(account, container)
        known.pop(name, None)
        if metadata:
            known[name] = metadata
        naming.check_container(account, container)
        file = self._file(account, container)
        files.write_json(file, known)

    def list(self, account: str, container: str, prefix: str) -> Iterator[Blob]:
        """The blobs whose names have the prefix, in order of their names."""
        base = self.container(account, container)
        metadata = self._metadata(account, container)
        names = sorted(str(file.relative_to(base)) for file in base.rglob("*") if file.is_file())
        for name in names:
            if name.startswith(prefix):
                yield Blob(name, base / name, metadata.get(name, {}))

    def _metadata(self, account: str, container: str) -> dict[str, dict[str, str]]:
        with contextlib.suppress(FileNotFoundError):
            return json.loads(self._file(account, container).read_text())
        return {}

    def _file(self, account: str, container: str) -> Path:
        return self.root / account / _METADATA / f"{container}.json"

    def _block(self, account: str, container: str, name: str, block: str) -> Path:
        """The file of a block; an identifier has 1 to 64 bytes before its encoding."""
        if not 0 < len(block) <= _LONGEST_BLOCK or not block.isascii():
            raise ArmError(400, "InvalidBlockId", "The specified block ID is invalid.")
        encoded = base64.urlsafe_b64encode(block.encode()).decode()
        return self._blocks(account, container, name) / encoded

    def _blocks(self, account: str, container: str, name: str) -> Path:
        return self.root / account / _BLOCKS / hashlib.sha256(f"{container}/{name}".encode()).hexdigest()[:24]
