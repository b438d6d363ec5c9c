"""Versions of data assets."""

from __future__ import annotations

import json
from typing import Any


def test_an_asset_has_a_version_for_each_content_and_knows_what_it_is_made_from(tiny: Any) -> None:
    tiny.run()
    (tiny.folder / "source").write_text("5")
    record = tiny.run()
    notes = [json.loads(p.read_text()) for p in (tiny.out / "assets" / "tiny-rows").glob("*.json")]
    assert len(notes) == 2
    hash_ = tiny.step_record(record, "fetch").outputs["rows"]
    note = next(n for n in notes if n["hash"] == hash_)
    assert note["version"] == hash_[:12]
    assert (tiny.out / note["path"] / "number").read_text() == "5"
