"""Downloads kube-apiserver and etcd as controller-tools publishes them for tests (setup-envtest's archives).

github.com/kubernetes-sigs/controller-tools, envtest-releases.yaml (read 2026-12-01): for each version and
platform an archive, its address and its SHA-512. The index comes over HTTPS from the repository itself, and
an archive that does not have the index's checksum is not unpacked.
"""

from __future__ import annotations

import hashlib
import io
import platform
import socket
import tarfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import pin

INDEX = "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml"
RELEASES = "https://github.com/kubernetes-sigs/controller-tools/releases/download/"
BINARIES = ("etcd", "kube-apiserver")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_CONNECT_TIMEOUT = 5  # seconds
_TIMEOUT = 60  # seconds without any data


def reachable() -> bool:
    try:
        with socket.create_connection((host(), 443), timeout=_CONNECT_TIMEOUT):
            return True
    except OSError:
        return False


def host() -> str:
    return urllib.parse.urlsplit(INDEX).hostname or ""


def install(root: Path) -> str:
    """Install the newest patch of the pinned minor version; returns its version.

    Raises:
        ToolchainError: there is no archive for this version and platform, or it is not what the index says.
    """
    version, address, checksum = choose(yaml.safe_load(_download(INDEX)), _platform())
    if not address.startswith(RELEASES):
        raise ToolchainError(f"the index names {address}, which is not a release of controller-tools")
    content = _download(address)
    if hashlib.sha512(content).hexdigest() != checksum:
        raise ToolchainError(f"{address} does not have the SHA-512 of the index")
    _unpack(content, root)
    return version


def choose(index: Mapping[str, Any], system: str) -> tuple[str, str, str]:
    """The version, the address and the SHA-512 of the archive to install."""
    minor = pin.KUBERNETES.rpartition(".")[0]
    releases: dict[str, Any] = index.get("releases") or {}
    versions = [name.removeprefix("v") for name in releases if name.startswith(f"v{minor}.")]
    final = [version for version in versions if version.rpartition(".")[2].isdigit()]
    for version in sorted(final, key=lambda text: int(text.rpartition(".")[2]), reverse=True):
        archive = releases[f"v{version}"].get(f"envtest-v{version}-{system}.tar.gz")
        if archive:
            return version, str(archive["selfLink"]), str(archive["hash"])
    raise ToolchainError(f"controller-tools has no archive of Kubernetes {minor} for {system}")


def _platform() -> str:
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{_ARCHITECTURES.get(machine, machine)}"


def _download(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 - https, see above
            content: bytes = response.read()
            return content
    except (OSError, urllib.error.URLError) as error:
        raise ToolchainError(f"{address} can't be downloaded: {error}") from error


def _unpack(content: bytes, root: Path) -> None:
    """Write the two binaries, and nothing else of the archive."""
    root.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers() if member.isfile()}
        for name in BINARIES:
            member = members.get(name)
            source = archive.extractfile(member) if member else None
            if source is None:
                raise ToolchainError(f"the archive does not contain {name}")
            unfinished = root / f"{name}.unfinished"  # a binary: `files` writes text only
            unfinished.write_bytes(source.read())
            unfinished.chmod(0o755)
            unfinished.replace(root / name)
