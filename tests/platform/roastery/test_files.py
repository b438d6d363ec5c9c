"""Files that a user asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from roastery.files import UnwritableError, write


def test_a_file_is_written_whole_with_the_folders_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "out" / "report.md"
    write(file, "first\n")
    write(file, "second\n")
    assert file.read_text(encoding="utf-8") == "second\n"
    assert [entry.name for entry in file.parent.iterdir()] == ["report.md"]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "text"
    write(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()


def test_a_path_that_can_not_be_written_is_a_wrong_option(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path in (tmp_path, tmp_path / "file" / "below"):
        with pytest.raises(UnwritableError, match="can't be written") as caught:
            write(path, "text")
        assert caught.value.exit_code == 2
