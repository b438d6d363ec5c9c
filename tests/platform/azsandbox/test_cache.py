"""The cache: a value is computed once for each key and for each content of what computes it."""

from __future__ import annotations

from pathlib import Path

from azsandbox.cache import Cache


def test_a_value_is_computed_once_for_each_key_and_source(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    computed: list[str] = []
    source.write_text("one")

    def compute(key: str) -> list[str]:
        computed.append(key)
        return [key]

    def value(key: str) -> list[str]:
        cache = Cache(tmp_path / "cache", ["pulumi"], [source])
        return cache.get([key], lambda: compute(key))

    assert [value("a"), value("a"), value("b")] == [["a"], ["a"], ["b"]]
    source.write_text("two")
    value("a")

    assert computed == ["a", "b", "a"]


def test_a_damaged_value_is_computed_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path, ["pulumi"], [])
    cache.get("a", lambda: {"number": 1})
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text()[:3])

    assert cache.get("a", lambda: {"number": 2}) == {"number": 2}


def test_a_value_is_not_cached_where_keep_says_no(tmp_path: Path) -> None:
    cache = Cache(tmp_path, ["pulumi"], [])

    assert [cache.get("a", lambda: [1], lambda value: not value) for _ in range(2)] == [[1], [1]]
    assert list(tmp_path.iterdir()) == []
