"""What is made once, and when it is made again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from roastery.cache import Cache


def test_a_value_is_made_once_for_each_content_and_maker(tmp_path: Path) -> None:
    maker, asked = tmp_path / "maker.py", []
    maker.write_text("one")

    def make(what: str) -> dict[str, Any]:
        asked.append(what)
        return {"made": what}

    for key in ("a", "a", "b"):
        assert Cache(tmp_path / "specs", ["azure-ai-ml"], [maker]).get([key], lambda key=key: make(key)) == {
            "made": key
        }
    maker.write_text("two")
    Cache(tmp_path / "specs", ["azure-ai-ml"], [maker]).get(["a"], lambda: make("a"))

    assert asked == ["a", "b", "a"]


def test_a_damaged_value_is_made_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "specs", ["azure-ai-ml"], [Path(__file__)])
    cache.get(["a"], lambda: {"made": 1})
    (file,) = (tmp_path / "specs").iterdir()
    file.write_text(file.read_text()[:3])

    assert cache.get(["a"], lambda: {"made": 2}) == {"made": 2}
    assert json.loads(file.read_text()) == {"made": 2}


def test_a_value_that_is_not_worth_it_is_made_each_time(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "verdicts", ["azure-ai-ml"], [Path(__file__)])
    for _ in range(2):
        assert cache.get("a", lambda: ["wrong"], lambda found: not found) == ["wrong"]
    assert not (tmp_path / "verdicts").exists()
