"""Atomic writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from azsandbox import files


def test_a_file_is_written_with_its_folders_and_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "bin" / "pulumi"
    files.write_text(file, "first\n")
    files.write_text(file, "second\n", mode=0o755)

    assert file.read_text(encoding="utf-8") == "second\n"
    assert file.stat().st_mode & 0o777 == 0o755
    assert list(file.parent.iterdir()) == [file]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    files.write_json(file, {"a": [1]})
    with pytest.raises(UnicodeEncodeError):
        files.write_text(file, "\ud800")

    assert file.read_text(encoding="utf-8") == '{"a":[1]}'
    assert list(tmp_path.iterdir()) == [file]
