"""What is computed once, and when it is computed again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roastery.cache import Cache


def test_a_value_is_computed_once_for_each_key_and_source(tmp_path: Path) -> None:
    source, computed = tmp_path / "source.py", []
    source.write_text("one")

    def compute(what: str) -> dict[str, Any]:
        computed.append(what)
        return {"computed": what}

    for key in ("a", "a", "b"):
        assert Cache(tmp_path / "specs", ["azure-ai-ml"], [source]).get(
            [key], lambda key=key: compute(key)
        ) == {"computed": key}
    source.write_text("two")
    Cache(tmp_path / "specs", ["azure-ai-ml"], [source]).get(["a"], lambda: compute("a"))

    assert computed == ["a", "b", "a"]


def test_a_damaged_value_is_computed_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "specs", ["azure-ai-ml"], [Path(__file__)])
    cache.get(["a"], lambda: {"computed": 1})
    (file,) = (tmp_path / "specs").iterdir()
    file.write_text(file.read_text()[:3])

    assert cache.get(["a"], lambda: {"computed": 2}) == {"computed": 2}
    assert json.loads(file.read_text()) == {"computed": 2}
