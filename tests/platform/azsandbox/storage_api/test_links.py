"""Links with a shared access signature."""

from __future__ import annotations

import time

import pytest
import requests

from azsandbox.storage_api.links import Links


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
