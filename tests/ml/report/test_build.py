from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.report import history
from ml.report.build import build

Folders = dict[str, Path]
WriteRun = Callable[..., Folders]

FILES = (
    "monthly/monthly.parquet",
    "quality/quality.json",
    "importance/importance.json",
    "evaluation/verdict.json",
    "evaluation/scores.json",
    "evaluation/scores.parquet",
    "evaluation/backtest.parquet",
    "evaluation/customer_split.json",
    "registration/registration.json",
)


@pytest.fixture(name="html", scope="module")
def _html(folders: Folders) -> str:
    return build(folders)


def visible(html: str) -> str:
    """The text between the tags, without scripts and styles, spaces made one."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_same_run_gives_the_same_bytes(folders: Folders, html: str) -> None:
    assert build(folders) == html


def test_the_verdict_stands_before_everything_else(html: str) -> None:
    headings = re.findall(r"<h[123][^>]*>(.*?)</h[123]>", html)
    assert headings[:2] == ["Monthly demand forecast", "Lagged boosting won and is served."]


def test_the_page_names_no_other_place(html: str) -> None:
    assert set(re.findall(r'(?:src|href|action|poster|data)="([^"]*)"', html)) <= {
        "data:,",
        *(f"#{i}" for i in re.findall(r'id="([^"]+)"', html)),
    }
    assert not re.search(r"url\(|@import|https?:", html)
    assert "default-src 'none'" in html


def test_sections_speak_of_all_that_the_run_found(html: str) -> None:
    text = visible(html)
    for part in (
        "118,240 rows were imported; 40 (0.03%) broke a rule",
        "1 row is a return, 3 pieces in all, subtracted in their month",
        "quantity is not negative 28 StoreID=S001, QuantitySold=-4",
        "Weather is missing in 12.5 % of rows",
        "Weather 14,780 12.50%",  # one row in eight
        "8 of these are cut off",
        "the recipe misses by 5.0%",
        "it misses by 15.0%: 3.0 times as much",
        "b5b5b5",
        "lstm could not be tested from 2023-03: it needs 40 months",
        "Mérida",
    ):
        assert part in text


@pytest.mark.parametrize("absent", FILES)
def test_a_part_that_is_absent_is_named_and_the_report_still_comes(
    write_run: WriteRun, tmp_path: Path, absent: str
) -> None:
    folders = write_run(tmp_path, stores=3)
    (tmp_path / absent).unlink()
    assert f"Not found in this run: {absent}." in visible(build(folders))


def test_empty_folders_give_a_report_that_says_so(tmp_path: Path, write_run: WriteRun) -> None:
    folders = write_run(tmp_path, stores=2)
    for file in tmp_path.rglob("*.*"):
        file.unlink()
    text = visible(build(folders))
    assert "No verdict." in text
    assert all(file in text for file in FILES)


def test_text_from_the_data_is_never_markup(write_run: WriteRun, tmp_path: Path) -> None:
    attack = "<script>document.title='owned'</script>"
    city = "</script><img src=x onerror=alert(1)>"
    folders = write_run(tmp_path, stores=2, cities=[("U.S.", city)], example=attack)
    html = build(folders)
    assert attack not in html
    assert "<img" not in html
    assert html.count("</script>") == 2  # our data and our code
    assert "&lt;script&gt;document.title" in html


def test_sixty_stores_are_less_than_one_and_a_half_megabytes(write_run: WriteRun, tmp_path: Path) -> None:
    assert len(build(write_run(tmp_path, stores=60)).encode()) < 1_500_000


def test_the_page_says_when_it_holds_the_largest_stores_only(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_STORES", 3)
    html = build(folders)
    assert "Of 8 stores, the 3 that sell most can be chosen here" in visible(html)


def test_one_store_with_little_history_still_makes_a_page(write_run: WriteRun, tmp_path: Path) -> None:
    text = visible(build(write_run(tmp_path, stores=1)))
    assert "1 store, Jan 2020 to Jan 2024" in text


def test_the_page_says_how_many_stores_the_recipe_was_scored_on(write_run: WriteRun, tmp_path: Path) -> None:
    folders = write_run(tmp_path / "run")
    path = folders["evaluation"] / "customer_split.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "stores": 300, "of_stores": 10_000}))
    assert "300 randomly drawn stores of 10,000" in " ".join(build(folders).split())
