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


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "a/../../b",
        "a//b",
        "",
        "a\0b",
        "a\nb",
        "x" * 256,
        "é" * 128,
        "\udc80",
        "a/./b",
        "d/" * 3000,
    ],
)
def test_no_name_of_a_request_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(files.OutsideError):
        files.below(tmp_path, "runs", name)


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path)
    with pytest.raises(files.OutsideError, match="leads out of root"):
        files.below(tmp_path / "root", "link", "secret.txt")
    assert files.below(tmp_path / "root", "link2/é b.csv") == tmp_path / "root" / "link2" / "é b.csv"


def test_what_is_written_is_its_owners_alone_unless_it_is_public(tmp_path: Path) -> None:
    files.write_json(tmp_path / "new" / "deep" / "a.json", {})
    files.write_bytes(tmp_path / "new" / "b", b"")
    files.write_text(tmp_path / "page.md", "", mode=files.PUBLIC)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"new": 0o700, "deep": 0o700, "a.json": 0o600, "b": 0o600, "page.md": 0o644}


def test_a_file_that_was_open_to_others_becomes_private(tmp_path: Path) -> None:
    (tmp_path / "model.sqlite").touch(mode=0o644)
    files.private_file(tmp_path / "model.sqlite")
    assert (tmp_path / "model.sqlite").stat().st_mode & 0o777 == 0o600
