"""Blobs as files: names stay inside their container, blocks become one blob."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox.errors import ArmError
from azsandbox.storage_api.folders import Folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def test_a_blob_comes_back_with_its_metadata(folders: Folders) -> None:
    folders.put("stone", "raw", "a/b.csv", b"1")
    folders.set_metadata("stone", "raw", "a/b.csv", {"upload_status": "completed"})
    blob = folders.get("stone", "raw", "a/b.csv")
    assert (blob.path.read_bytes(), blob.metadata) == (b"1", {"upload_status": "completed"})
    folders.put("stone", "raw", "c", b"2")
    assert [blob.name for blob in folders.list("stone", "raw", "")] == ["a/b.csv", "c"]
    assert [blob.name for blob in folders.list("stone", "raw", "a/")] == ["a/b.csv"]
    folders.delete("stone", "raw", "a/b.csv")
    with pytest.raises(ArmError, match="does not exist"):
        folders.get("stone", "raw", "a/b.csv")


def test_blocks_become_a_blob_in_the_order_of_the_list(folders: Folders) -> None:
    for name in ("two", "one"):
        folders.put_block("stone", "raw", "big", name, name.encode())
    assert folders.commit("stone", "raw", "big", ["one", "two"]).path.read_bytes() == b"onetwo"
    with pytest.raises(ArmError, match="block list"):
        folders.commit("stone", "raw", "big", ["three"])


@pytest.mark.parametrize("name", ["../other/secret", "a/../../other", "/etc/passwd/../../../x/../../.."])
def test_no_name_leads_out_of_its_container(folders: Folders, name: str) -> None:
    with pytest.raises(ArmError, match="is not a valid blob name"):
        folders.put("stone", "raw", name, b"")
