"""Blobs and manifests of registries as files, by digest."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from pathlib import Path

from azsandbox import files
from azsandbox.errors import ArmError

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*")


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Store:
    """`<root>/<registry>/<repository>`: `blobs/<digest>`, and `tags.json` with digests and media types."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, registry: str, repository: str) -> Path:
        if not _NAME.fullmatch(repository):
            raise ArmError(400, "NAME_INVALID", f"invalid repository name: {repository}")
        return self._root / registry / repository.replace("/", "__")

    def blob(self, registry: str, repository: str, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ArmError(400, "DIGEST_INVALID", f"invalid digest: {digest}")
        return self.folder(registry, repository) / "blobs" / digest.replace(":", "-")

    def put_blob(self, registry: str, repository: str, content: bytes, digest: str) -> None:
        if digest_of(content) != digest:
            raise ArmError(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        path = self.blob(registry, repository, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def upload(self, registry: str, repository: str, identifier: str = "") -> tuple[str, Path]:
        """The file of an unfinished upload; a new one without an identifier."""
        name = re.sub(r"[^0-9a-f]", "", identifier) or secrets.token_hex(8)
        path = self.folder(registry, repository) / "uploads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return name, path

    def put_manifest(self, registry: str, repository: str, reference: str, content: bytes, media: str) -> str:
        digest = digest_of(content)
        if reference.startswith("sha256:") and reference != digest:
            raise ArmError(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        for missing in self._missing(registry, repository, content):
            raise ArmError(404, "MANIFEST_BLOB_UNKNOWN", f"blob unknown to registry: {missing}")
        self.put_blob(registry, repository, content, digest)
        known = self._known(registry, repository)
        known["media"][digest] = media
        if not reference.startswith("sha256:"):
            known["tags"][reference] = digest
        files.write_json(self.folder(registry, repository) / "tags.json", known)
        return digest

    def _missing(self, registry: str, repository: str, content: bytes) -> list[str]:
        try:
            manifest = json.loads(content)
        except ValueError:
            raise ArmError(400, "MANIFEST_INVALID", "manifest is not JSON") from None
        wanted = [
            *manifest.get("layers", []),
            *manifest.get("manifests", []),
            *([manifest["config"]] if "config" in manifest else []),
        ]
        digests = [str(item.get("digest", "")) for item in wanted]
        return [digest for digest in digests if not self.blob(registry, repository, digest).is_file()]

    def manifest(self, registry: str, repository: str, reference: str) -> tuple[str, str, bytes]:
        """Digest, media type and content.

        Raises:
            ArmError: there is no such manifest.
        """
        known = self._known(registry, repository)
        digest = known["tags"].get(reference, reference)
        if digest not in known["media"]:
            raise ArmError(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{reference}" is not found')
        return digest, known["media"][digest], self.blob(registry, repository, digest).read_bytes()

    def tags(self, registry: str, repository: str) -> list[str]:
        return sorted(self._known(registry, repository)["tags"])

    def _known(self, registry: str, repository: str) -> dict[str, dict[str, str]]:
        file = self.folder(registry, repository) / "tags.json"
        return json.loads(file.read_text()) if file.is_file() else {"tags": {}, "media": {}}
