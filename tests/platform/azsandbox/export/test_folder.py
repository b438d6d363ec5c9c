"""An export's folder is written as a whole, or not changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azsandbox.errors import ExportError
from azsandbox.export import folder


def test_an_earlier_export_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    folder.write(out, {"manifests/old.yaml": "a: 1\n"}, {"stack": "dev"})
    folder.write(out, {"new.json": "{}"}, {"stack": "prod"})
    assert sorted(file.name for file in out.iterdir()) == [folder.INDEX, "new.json"]
    assert json.loads((out / folder.INDEX).read_text()) == {"madeBy": "roast sandbox export", "stack": "prod"}
    assert [file.name for file in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    folder.write(tmp_path, {"a": "1"}, {})
    assert (tmp_path / "a").read_text() == "1"


@pytest.mark.parametrize("index", [None, "{}", "no json", '{"madeBy": "someone"}'])
def test_a_folder_with_other_files_is_not_changed(tmp_path: Path, index: str | None) -> None:
    (tmp_path / "mine").write_text("mine")
    if index is not None:
        (tmp_path / folder.INDEX).write_text(index)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ExportError, match="is not empty and not an earlier export"):
        folder.write(tmp_path, {"a": "1"}, {})
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_of_that_name_is_an_error(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(ExportError, match="out is not a folder"):
        folder.check(out)


def test_a_write_that_fails_does_not_change_the_earlier_export(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder.write(out, {"a": "1"}, {})
    with pytest.raises(UnicodeEncodeError):
        folder.write(out, {"a": "2", "b": "\ud800"}, {})
    assert (out / "a").read_text() == "1"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
