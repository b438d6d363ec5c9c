"""Blobs as files: names stay inside, blocks become one blob, links end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from azsandbox.errors import ArmError
from azsandbox.storage_api.folders import Folders
from azsandbox.storage_api.links import Links


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


def parts(link: str) -> tuple[str, str, dict[str, str]]:
    address = requests.Request("GET", link).prepare()
    host, _, rest = link.removeprefix("https://").partition("/")
    assert address.url == link
    path, _, query = rest.partition("?")
    return host, f"/{path}", dict(pair.split("=", 1) for pair in query.split("&"))


def test_a_link_reads_one_blob_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    links = Links()
    host, path, query = parts(links.make("stone", "logs", "a b/log.txt"))
    assert links.allows("GET", host, path, query)
    assert not links.allows("PUT", host, path, query)
    assert not links.allows("GET", host, path.replace("log.txt", "other.txt"), query)
    assert not links.allows("GET", host.replace("stone", "other"), path, query)
    assert not links.allows("GET", host, path, {**query, "se": str(int(query["se"]) + 60)})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7200)
    assert not links.allows("GET", host, path, query)


@pytest.mark.xdist_group("api")
def test_storage_wants_a_token_for_storage(sandbox: Any) -> None:
    url = "https://stone.blob.core.azure.sandbox/azureml/x"
    assert requests.get(url, timeout=10).status_code == 401
    from azure.identity import DefaultAzureCredential

    credential = DefaultAzureCredential()
    wrong = credential.get_token(f"{sandbox.url}/.default").token
    right = credential.get_token("https://storage.azure.com/.default").token
    for token, status in ((wrong, 401), (right, 404)):
        response = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert response.status_code == status
