"""Blobs and manifests of registries as files, by digest."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.errors import ArmError

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_UPLOAD = re.compile(r"[0-9a-f]{1,64}")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")  # github.com/opencontainers/distribution-spec
_SHOWN = 80
_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*")


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digests_of(manifest: Any) -> list[str]:
    """The digests of the layers, manifests and configuration that a manifest refers to.

    Raises:
        ArmError: 400 MANIFEST_INVALID, a part has another type than the distribution API defines.
    """
    known: dict[str, Any] = manifest if isinstance(manifest, dict) else {"layers": None}
    parts: list[Any] = [known.get("layers", []), known.get("manifests", [])]
    parts.append([known["config"]] if "config" in known else [])
    if not all(isinstance(part, list) for part in parts):
        raise ArmError(400, "MANIFEST_INVALID", "manifest invalid: layers and manifests are lists")
    items = [item for part in parts for item in part]
    if not all(isinstance(item, dict) for item in items):
        raise ArmError(400, "MANIFEST_INVALID", "manifest invalid: a descriptor is not an object")
    return [str(item.get("digest", "")) for item in items]


class Store:
    """`<root>/<registry>/<repository>`: `blobs/<digest>`, and `tags.json` with digests and media types."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, registry: str, repository: str) -> Path:
        if not _NAME.fullmatch(repository):
            raise ArmError(400, "NAME_INVALID", f"invalid repository name: {repository[:_SHOWN]!a}")
        try:
            return files.below(self._root, registry, repository.replace("/", "__"))
        except files.OutsideError as error:
            raise ArmError(400, "NAME_INVALID", f"invalid repository name: {error}") from None

    def blob(self, registry: str, repository: str, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ArmError(400, "DIGEST_INVALID", f"invalid digest: {digest[:_SHOWN]!a}")
        return self.folder(registry, repository) / "blobs" / digest.replace(":", "-")

    def put_blob(self, registry: str, repository: str, content: bytes, digest: str) -> None:
        if digest_of(content) != digest:
            raise ArmError(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        path = self.blob(registry, repository, digest)
        files.write_bytes(path, content)

    def upload(self, registry: str, repository: str, identifier: str = "") -> tuple[str, Path]:
        """The file of an unfinished upload; a new one without an identifier."""
        if identifier and not _UPLOAD.fullmatch(identifier):
            raise ArmError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        name = identifier or secrets.token_hex(8)
        path = self.folder(registry, repository) / "uploads" / name
        if not path.is_file():
            files.write_bytes(path, b"")
        return name, path

    def put_manifest(self, registry: str, repository: str, reference: str, content: bytes, media: str) -> str:
        digest = digest_of(content)
        if not reference.startswith("sha256:") and not _TAG.fullmatch(reference):
            raise ArmError(400, "TAG_INVALID", f"invalid tag: {reference[:_SHOWN]!a}")
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
        except (ValueError, RecursionError):
            raise ArmError(400, "MANIFEST_INVALID", "manifest is not JSON") from None
        digests = digests_of(manifest)
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
