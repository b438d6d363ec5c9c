"""Blobs as files: `<root>/<account>/<container>/<blob>`, with their metadata beside the container."""

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
    """All accounts' blobs."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def container(self, account: str, container: str) -> Path:
        return self.root / account / container

    def path(self, account: str, container: str, name: str) -> Path:
        """Where a blob lies.

        Raises:
            ArmError: the name leads out of the container.
        """
        base = self.container(account, container).resolve()
        found = Path(os.path.normpath(base / name))
        if not found.is_relative_to(base):
            raise ArmError(400, "InvalidUri", f"'{name}' is no name of a blob.")
        return found

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
        files = [folder / base64.urlsafe_b64encode(block.encode()).decode() for block in blocks]
        if not all(one.is_file() for one in files):
            raise ArmError(400, "InvalidBlockList", "The specified block list is invalid.")
        blob = self.put(account, container, name, b"".join(one.read_bytes() for one in files))
        for one in folder.iterdir():
            one.unlink()
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
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        part.write_text(json.dumps(known))
        part.replace(file)

    def list(self, account: str, container: str, prefix: str) -> Iterator[Blob]:
        """In order of their names."""
        base = self.container(account, container)
        metadata = self._metadata(account, container)
        names = sorted(str(one.relative_to(base)) for one in base.rglob("*") if one.is_file())
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
