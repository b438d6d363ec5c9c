"""Outputs are whole or absent, however their writing ends."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from ml.errors import InputError, MLError
from ml.store.atomic import whole_file, whole_folder

Whole = Callable[[Path], AbstractContextManager[Path]]
KINDS: tuple[Whole, ...] = (whole_file, whole_folder)


def fill(part: Path, text: str = "new") -> None:
    """Writes into a part that is a folder, or is a file to be."""
    (part / "inside" if part.is_dir() else part).write_text(text)


def fill_and_raise(part: Path, failure: BaseException) -> None:
    fill(part)
    raise failure


def content(path: Path) -> str:
    return (path / "inside" if path.is_dir() else path).read_text()


@pytest.mark.parametrize("whole", KINDS)
def test_an_output_appears_when_its_block_ends(whole: Whole, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "output"
    with whole(target) as part:
        fill(part)
        assert not target.exists()
    assert content(target) == "new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("whole", KINDS)
@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failed_block_leaves_the_old_output_and_nothing_else(
    whole: Whole, failure: type[BaseException], tmp_path: Path
) -> None:
    target = tmp_path / "output"
    with whole(target) as part:
        fill(part, "old")
    with pytest.raises(failure), whole(target) as part:
        fill_and_raise(part, failure())
    assert content(target) == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("whole", KINDS)
def test_a_new_output_replaces_the_old_one(whole: Whole, tmp_path: Path) -> None:
    for text in ("old", "new"):
        with whole(tmp_path / "output") as part:
            fill(part, text)
    assert content(tmp_path / "output") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["output"]


def test_a_folder_replaces_all_of_the_old_folder(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "stale").touch()
    with whole_folder(tmp_path / "output") as part:
        fill(part)
    assert [p.name for p in (tmp_path / "output").iterdir()] == ["inside"]


def test_a_folder_replaces_a_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "output").touch()
    with whole_folder(tmp_path / "output") as part:
        fill(part)
    assert content(tmp_path / "output") == "new"


def test_a_file_does_not_replace_a_folder(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    with pytest.raises(InputError, match="output: it is a folder"), whole_file(tmp_path / "output") as part:
        fill(part)


@pytest.mark.parametrize("whole", KINDS)
def test_a_place_that_cannot_be_written_is_named(whole: Whole, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(InputError, match=r"cannot write .*/file/output: "),
        whole(tmp_path / "file" / "output"),
    ):
        pytest.fail("the block must not run")


@pytest.mark.parametrize("whole", KINDS)
def test_a_full_disk_is_one_line_and_leaves_nothing(whole: Whole, small_disk: Path) -> None:
    with (
        pytest.raises(MLError, match=r"no space left on the disk while writing .*output"),
        whole(small_disk / "output") as part,
    ):
        fill(part, "x" * 1_000_000)
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_behind_another_error_is_recognised(code: int, tmp_path: Path) -> None:
    behind = RuntimeError("could not write row group")
    behind.__cause__ = OSError(code, os.strerror(code))
    with pytest.raises(MLError, match="no space left"), whole_folder(tmp_path / "output") as part:
        fill_and_raise(part, behind)


LIMITED = """
import resource, sys
from ml.store.atomic import whole_folder
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with whole_folder(sys.argv[1]) as part:
    (part / "inside").write_bytes(b"x" * 5000)
"""


def test_a_limit_on_file_sizes_counts_as_a_full_disk(tmp_path: Path) -> None:
    """Needs no root, unlike a small file system."""
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "output")], capture_output=True, text=True, check=False
    )
    assert "MLError: no space left on the disk while writing" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_mount_point_is_filled_because_nothing_can_be_renamed_onto_it(small_disk: Path) -> None:
    (small_disk / "stale").write_text("old")
    with whole_folder(small_disk) as part:
        fill(part)
        (part / "data").mkdir()
        (part / "data" / "more").write_text("more")
    assert sorted(p.relative_to(small_disk).as_posix() for p in small_disk.rglob("*")) == [
        "data",
        "data/more",
        "inside",
    ]
    assert [p.name for p in small_disk.parent.iterdir()] == [small_disk.name]


def test_a_mount_point_that_fills_up_is_emptied(small_disk: Path) -> None:
    with pytest.raises(MLError, match="no space left"), whole_folder(small_disk) as part:
        fill(part, "x" * 1_000_000)
    assert list(small_disk.iterdir()) == []


KILLED = """
import os, signal, sys
from ml.store.atomic import whole_folder
with whole_folder(sys.argv[1]) as part:
    (part / "inside").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "output"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()
    assert len(list(tmp_path.iterdir())) == 1
    with whole_folder(target) as part:
        fill(part)
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_living_process_is_writing_stays(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "output") as first:
        fill(first, "first")
        with whole_folder(tmp_path / "output") as second:
            fill(second, "second")
        assert first.exists()
    assert content(tmp_path / "output") == "first"
