"""Blobs as files: `<root>/<account>/<container>/<blob>`, with their metadata next to the container."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azsandbox import files
from azsandbox.errors import ArmError

_METADATA = ".metadata"
_BLOCKS = ".blocks"


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
        return self.root / account / container

    def path(self, account: str, container: str, name: str) -> Path:
        """The file of a blob.

        Raises:
            ArmError: the name refers to a file outside of the container.
        """
        base = self.container(account, container).resolve()
        path = Path(os.path.normpath(base / name))
        if not path.is_relative_to(base):
            raise ArmError(400, "InvalidUri", f"'{name}' is not a valid blob name.")
        return path

    def get(self, account: str, container: str, name: str) -> Blob:
        path = self.path(account, container, name)
        if not path.is_file():
            raise ArmError(404, "BlobNotFound", f"The specified blob does not exist: {container}/{name}")
        return Blob(name, path, self._metadata(account, container).get(name, {}))

    def put(self, account: str, container: str, name: str, content: bytes) -> Blob:
        path = self.path(account, container, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        part.write_bytes(content)
        part.replace(path)
        return self.get(account, container, name)

    def put_block(self, account: str, container: str, name: str, block: str, content: bytes) -> None:
        folder = self._blocks(account, container, name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / base64.urlsafe_b64encode(block.encode()).decode()).write_bytes(content)

    def commit(self, account: str, container: str, name: str, blocks: list[str]) -> Blob:
        folder = self._blocks(account, container, name)
        blocks_in_order = [folder / base64.urlsafe_b64encode(block.encode()).decode() for block in blocks]
        if not all(file.is_file() for file in blocks_in_order):
            raise ArmError(400, "InvalidBlockList", "The specified block list is invalid.")
        blob = self.put(account, container, name, b"".join(file.read_bytes() for file in blocks_in_order))
        for file in folder.iterdir():
            file.unlink()
        return blob

    def delete(self, account: str, container: str, name: str) -> None:
        self.get(account, container, name).path.unlink()
        self.set_metadata(account, container, name, {})

    def set_metadata(self, account: str, container: str, name: str, metadata: dict[str, str]) -> None:
        known = self._metadata(account, container)
        known.pop(name, None)
        if metadata:
            known[name] = metadata
        file = self._file(account, container)
        files.write_json(file, known)

    def list(self, account: str, container: str, prefix: str) -> Iterator[Blob]:
        """The blobs whose names have the prefix, in order of their names."""
        base = self.container(account, container)
        metadata = self._metadata(account, container)
        names = sorted(str(file.relative_to(base)) for file in base.rglob("*") if file.is_file())
        for name in names:
            if name.startswith(prefix) and not name.endswith(".part"):
                yield Blob(name, base / name, metadata.get(name, {}))

    def _metadata(self, account: str, container: str) -> dict[str, dict[str, str]]:
        with contextlib.suppress(FileNotFoundError):
            return json.loads(self._file(account, container).read_text())
        return {}

    def _file(self, account: str, container: str) -> Path:
        return self.root / account / _METADATA / f"{container}.json"

    def _blocks(self, account: str, container: str, name: str) -> Path:
        return self.root / account / _BLOCKS / hashlib.sha256(f"{container}/{name}".encode()).hexdigest()[:24]
