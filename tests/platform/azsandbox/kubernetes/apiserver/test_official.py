"""The official archive: which one, verified how, and the build where there is none."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.errors import ToolchainError
from azsandbox.kubernetes.apiserver import build, official, pin
from azsandbox.pulumi.toolchain import source

SYSTEM = "linux-amd64"
MINOR = pin.KUBERNETES.rpartition(".")[0]


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(f"controller-tools/envtest/{name}")
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
    return content.getvalue()


def index(checksum: str, *versions: str, address: str = official.RELEASES) -> dict[str, Any]:
    return {
        "releases": {
            f"v{version}": {
                f"envtest-v{version}-{SYSTEM}.tar.gz": {
                    "hash": checksum,
                    "selfLink": f"{address}envtest-v{version}/envtest-v{version}-{SYSTEM}.tar.gz",
                }
            }
            for version in versions
        }
    }


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any], bytes], None]:
    """Publishes an index and an archive; nothing is downloaded."""

    def publish(content: dict[str, Any], packed: bytes) -> None:
        pages = {official.INDEX: yaml.safe_dump(content).encode()}
        monkeypatch.setattr(official, "_platform", lambda: SYSTEM)
        monkeypatch.setattr(official, "_download", lambda address: pages.get(address, packed))

    return publish


def test_the_newest_patch_of_the_pinned_version_is_chosen() -> None:
    versions = (f"{MINOR}.0", f"{MINOR}.10", f"{MINOR}.9", f"{MINOR}.11-rc.1", "1.2.99")
    version, address, _ = official.choose(index("", *versions), SYSTEM)
    assert (version, address.rpartition("/")[2]) == (f"{MINOR}.10", f"envtest-v{MINOR}.10-{SYSTEM}.tar.gz")
    with pytest.raises(ToolchainError, match=f"no archive of Kubernetes {MINOR} for plan9-amd64"):
        official.choose(index("", *versions), "plan9-amd64")


def test_an_archive_with_the_published_checksum_is_unpacked(published: Any, tmp_path: Path) -> None:
    packed = archive("etcd", "kube-apiserver", "kubectl")
    published(index(hashlib.sha512(packed).hexdigest(), f"{MINOR}.0"), packed)
    assert official.install(tmp_path / "tools") == f"{MINOR}.0"
    installed = sorted((tmp_path / "tools").iterdir())
    assert [file.name for file in installed] == ["etcd", "kube-apiserver"]
    assert all(file.read_text() == file.name and file.stat().st_mode & 0o111 for file in installed)


@pytest.mark.parametrize(
    ("names", "checksum", "address", "words"),
    [
        (("etcd", "kube-apiserver"), "0" * 128, official.RELEASES, "does not have the SHA-512"),
        (("etcd", "kube-apiserver"), None, "https://example.com/", "not a release of controller-tools"),
        (("etcd",), None, official.RELEASES, "does not contain kube-apiserver"),
    ],
)
def test_an_archive_that_is_not_the_published_one_is_refused(
    published: Any,
    tmp_path: Path,
    *,
    names: tuple[str, ...],
    checksum: str | None,
    address: str,
    words: str,
) -> None:
    packed = archive(*names)
    digest = checksum or hashlib.sha512(packed).hexdigest()
    published(index(digest, f"{MINOR}.0", address=address), packed)
    with pytest.raises(ToolchainError, match=words):
        official.install(tmp_path)
    assert not (tmp_path / "kube-apiserver").exists()


def test_the_origin_is_recorded(published: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = archive("etcd", "kube-apiserver")
    published(index(hashlib.sha512(packed).hexdigest(), f"{MINOR}.0"), packed)
    monkeypatch.setenv("AZSANDBOX_TOOLS", str(tmp_path))
    monkeypatch.setattr(official, "reachable", lambda: True)
    monkeypatch.setattr(build, "_caches", lambda: tmp_path / "caches")
    monkeypatch.setattr(build, "_download_definitions", _without_definitions)
    tools = build.ensure(lambda _: None)
    assert (tools.version, tools.origin) == (f"{MINOR}.0", build.OFFICIAL)
    assert build.find() == tools


def test_where_the_archive_is_not_what_was_published_the_server_is_built(
    published: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(index("0" * 128, f"{MINOR}.0"), archive("etcd"))
    monkeypatch.setenv("AZSANDBOX_TOOLS", str(tmp_path))
    monkeypatch.setattr(official, "reachable", lambda: True)
    monkeypatch.setattr(source, "go_version", lambda: None)
    lines: list[str] = []
    with pytest.raises(
        ToolchainError, match="Go is not installed: the API server is built from its Go module"
    ):
        build.ensure(lines.append)
    assert "does not have the SHA-512" in lines[-1]
    assert build.find() is None


def _without_definitions(target: Path, *_: Any) -> None:
    target.mkdir(parents=True)
    (target / "versions").write_text(build._TYPES)
