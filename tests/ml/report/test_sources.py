from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ml.errors import InputError
from ml.report.sources import read

Folders = dict[str, Path]
WriteRun = Callable[..., Folders]


def test_everything_that_a_run_wrote_is_read(folders: Folders) -> None:
    sources = read(folders)
    assert sources.absent == ()
    assert sources.verdict is not None
    assert sources.verdict.winner == "lagged"
    assert sources.intervals.keys() == {c.name for c in sources.verdict.candidates}
    assert sources.lineages["monthly"].parameters == {"recipe": "extended"}


def test_what_is_absent_is_named_and_the_rest_is_read(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path)
    (folders["evaluation"] / "customer_split.json").unlink()
    (folders["importance"] / "importance.json").unlink()
    sources = read(folders)
    assert sources.absent == ("importance/importance.json", "evaluation/customer_split.json")
    assert sources.split is None
    assert sources.quality is not None


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("evaluation/verdict.json", "{", r"verdict\.json is not JSON"),
        ("evaluation/verdict.json", "{}", r"verdict\.json, winner: Field required"),
        ("quality/quality.json", '{"rows_in": "many"}', r"quality\.json, rows_in: "),
        ("monthly/monthly.parquet", "PAR1", r"monthly\.parquet is damaged"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(
    write_run: WriteRun, tmp_path: Path, file: str, content: str, message: str
) -> None:
    folders = write_run(tmp_path)
    (tmp_path / file).write_text(content)
    with pytest.raises(InputError, match=message):
        read(folders)


def test_a_folder_that_does_not_exist_is_named_by_its_option(folders: Folders, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--quality: .*/nowhere is not a folder"):
        read(folders | {"quality": tmp_path / "nowhere"})


def test_a_score_that_is_undefined_is_read(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path)
    # Python writes NaN where nothing was sold; JSON proper has no such word
    (folders["evaluation"] / "customer_split.json").write_text('{"random": {"wape": NaN}, "origins": []}')
    split = read(folders).split
    assert split is not None
    assert split.random is not None
