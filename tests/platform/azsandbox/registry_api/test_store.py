"""Blobs and manifests by digest; nothing is stored that its digest does not name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azsandbox.errors import ArmError
from azsandbox.registry_api.store import Store, digest_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_manifest_comes_back_by_tag_and_by_digest(store: Store) -> None:
    layer = b"layer"
    store.put_blob("crone", "a/b", layer, digest_of(layer))
    content = json.dumps({"layers": [{"digest": digest_of(layer)}]}).encode()

    digest = store.put_manifest("crone", "a/b", "v1", content, "application/x")

    assert store.manifest("crone", "a/b", "v1") == (digest, "application/x", content)
    assert store.manifest("crone", "a/b", digest)[2] == content
    assert store.tags("crone", "a/b") == ["v1"]


def test_content_with_another_digest_is_refused(store: Store) -> None:
    with pytest.raises(ArmError, match="did not match uploaded content"):
        store.put_blob("crone", "a", b"x", digest_of(b"y"))
    with pytest.raises(ArmError, match="did not match uploaded content"):
        store.put_manifest("crone", "a", digest_of(b"y"), b"{}", "m")


def test_a_manifest_of_a_missing_blob_is_refused(store: Store) -> None:
    content = json.dumps({"layers": [{"digest": digest_of(b"nowhere")}]}).encode()

    with pytest.raises(ArmError, match="blob unknown to registry"):
        store.put_manifest("crone", "a", "v1", content, "m")


@pytest.mark.parametrize("name", ["../other", "/etc", "A", "a//b"])
def test_no_repository_leads_out_of_the_folder(store: Store, name: str) -> None:
    with pytest.raises(ArmError, match="invalid repository name"):
        store.folder("crone", name)
