"""The report in a real browser, from disk, as a reader opens it."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ml.report import format as fmt
from ml.report.build import build
from ml.report.charts import Segment, line_chart

Folders = dict[str, Path]
WriteRun = Callable[..., Folders]


@dataclass
class Opened:
    """A page with all that it said and asked for while it was open."""

    page: Page
    messages: list[str] = field(default_factory=list[str])
    asked: list[str] = field(default_factory=list[str])


@contextmanager
def opened(browser: Browser, path: Path, width: int = 1200, **options: Any) -> Generator[Opened]:
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    open_page = Opened(context.new_page())
    open_page.page.on("console", lambda message: open_page.messages.append(message.text))
    open_page.page.on("pageerror", lambda error: open_page.messages.append(str(error)))
    open_page.page.on("request", lambda request: open_page.asked.append(request.url))
    open_page.page.goto(path.as_uri())
    try:
        yield open_page
    finally:
        context.close()


@pytest.fixture(name="report", scope="module")
def _report(folders: Folders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(build(folders), encoding="utf-8")
    return path


def test_the_page_opens_without_an_error_and_asks_for_nothing_else(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        open_page.page.wait_for_load_state("networkidle")
        assert open_page.messages == []
        assert open_page.asked == [report.as_uri()]
        assert "Lagged boosting won" in open_page.page.title()


def test_a_script_that_is_not_ours_would_be_refused(browser: Browser, report: Path, tmp_path: Path) -> None:
    tampered = tmp_path / "tampered.html"
    injected = "<script>document.title = 'owned'</script><img src='file:///etc/hostname'>"
    tampered.write_text(report.read_text(encoding="utf-8").replace("<main>", f"<main>{injected}"))
    with opened(browser, tampered) as open_page:
        assert open_page.page.title() != "owned"
        assert len([line for line in open_page.messages if "Content Security Policy" in line]) == 2


def test_markup_in_the_data_does_nothing(browser: Browser, write_run: WriteRun, tmp_path: Path) -> None:
    city = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    folders = write_run(tmp_path, stores=2, cities=[("U.S.", city)], example=city)
    path = tmp_path / "report.html"
    path.write_text(build(folders), encoding="utf-8")
    with opened(browser, path) as open_page:
        assert open_page.messages == []
        assert "owned" not in open_page.page.title()
        assert city in open_page.page.locator("#store-title").inner_text()


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_no_width_scrolls_sideways(browser: Browser, report: Path, width: int) -> None:
    with opened(browser, report, width) as open_page:
        for summary in open_page.page.locator("summary").all():
            summary.click()
        assert open_page.page.evaluate("document.documentElement.scrollWidth") == width
        # tables scroll inside their boxes instead, and text is cut nowhere else
        wide = open_page.page.evaluate(
            """width => [...document.querySelectorAll("main *")]
                .filter((e) => !e.closest(".scroll") && e.getBoundingClientRect().right > width + 1)
                .map((e) => e.outerHTML.slice(0, 80))""",
            width,
        )
        assert wide == []


def drawn(page: Page) -> dict[str, str]:
    paths = page.locator("#store-plot path")
    pairs = paths.evaluate_all("all => all.map((p) => [p.classList[0], p.getAttribute('d')])")
    return dict(pairs)


def test_choosing_a_store_draws_it(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        first = drawn(open_page.page)
        open_page.page.locator("#store-list").select_option(index=3)
        chosen = open_page.page.locator("#store-list option").nth(3).inner_text()
        assert drawn(open_page.page)["sold"] != first["sold"]
        assert chosen.startswith(open_page.page.locator("#store-title").inner_text())
        assert open_page.page.locator("#store-rows tr").count() == 9  # three origins of three months
        assert open_page.messages == []


def test_the_script_draws_exactly_as_the_step_does(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        data = json.loads(open_page.page.locator("#stores-data").text_content() or "")
        for store in data["stores"][:3]:
            open_page.page.locator("#store-search").fill(store["name"])
            runs = [Segment(**run) for run in store["runs"]]
            months = [_date(month) for month in data["months"]]
            expected = line_chart(months, store["sold"], runs)
            paths = drawn(open_page.page)
            for name in ("sold", "forecast", "band", "rival"):
                assert paths[name] == getattr(expected, name), (store["name"], name)
            assert paths["forecast-dots"] == expected.forecast_dots
            labels = open_page.page.locator("#store-ys span").all_inner_texts()
            assert labels == [tick.text for tick in expected.y]


def _date(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%b %Y").replace(tzinfo=dt.UTC).date()


def test_the_numbers_of_a_store_read_as_those_of_the_total(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        data = json.loads(open_page.page.locator("#stores-data").text_content() or "")
        store = data["stores"][0]
        rows = open_page.page.locator("#store-rows tr").evaluate_all(
            "all => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
        expected = [
            [
                data["months"][run["start"] - 1],
                data["months"][run["start"] + i],
                fmt.quantity(sold := store["sold"][run["start"] + i]),
                fmt.quantity(predicted),
                f"{fmt.quantity(run['lower'][i])} to {fmt.quantity(run['upper'][i])}",
                fmt.change((predicted - sold) / sold),
            ]
            for run in store["runs"]
            for i, predicted in enumerate(run["predicted"])
        ]
        assert rows == expected


def test_typing_narrows_the_list_whatever_the_accents(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        open_page.page.locator("#store-search").press_sequentially("montreal")
        names = open_page.page.locator("#store-list option").all_inner_texts()
        assert len(names) == 2
        assert all("Montréal" in name for name in names)
        assert open_page.page.locator("#store-status").inner_text() == "2 stores"
        assert "Montréal" in open_page.page.locator("#store-title").inner_text()
        open_page.page.locator("#store-search").fill("nowhere at all")
        assert open_page.page.locator("#store-status").inner_text() == "0 stores"
        assert open_page.messages == []


def test_the_largest_error_can_come_first(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        open_page.page.locator("#store-order").select_option("error")
        texts = open_page.page.locator("#store-list option").all_inner_texts()
        errors = [float(re.findall(r"([\d.]+)%", text)[-1]) for text in texts]
        assert errors == sorted(errors, reverse=True)


def test_the_keyboard_reaches_the_stores(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        before = open_page.page.locator("#store-title").inner_text()
        open_page.page.locator("#store-list").focus()
        open_page.page.keyboard.press("ArrowDown")
        assert open_page.page.locator("#store-title").inner_text() != before


def test_without_scripts_everything_but_the_choice_is_there(browser: Browser, report: Path) -> None:
    with opened(browser, report, java_script_enabled=False) as open_page:
        text = open_page.page.locator("main").inner_text()
        assert "Choosing a store needs JavaScript" in text
        assert not open_page.page.locator("#explorer").is_visible()
        assert (open_page.page.locator("section > .chart > .plot path.sold").bounding_box() or {})[
            "width"
        ] > 500
        assert "Stores forecast worst" in text


def _contrast(page: Page, selector: str) -> float:
    """Between an element's text and the page, as WCAG 2 defines it."""
    script = """selector => [document.querySelector(selector), document.body].map((e, i) =>
        getComputedStyle(e)[i ? "backgroundColor" : "color"].match(/\\d+/g).slice(0, 3).map(Number))"""
    light = sorted(_luminance(rgb) for rgb in page.evaluate(script, selector))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(rgb: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(browser: Browser, report: Path, scheme: Any) -> None:
    with opened(browser, report, color_scheme=scheme) as open_page:
        paper = open_page.page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
        )
        assert (_luminance(paper[:3]) < 0.05) == (scheme == "dark")
        for selector in ("body", ".note", "a", "thead th", ".tag", ".figures dt", ".ys span", "summary"):
            assert _contrast(open_page.page, selector) >= 4.5, selector


def test_headings_descend_one_level_at_a_time_and_there_is_one_of_the_first(
    browser: Browser, report: Path
) -> None:
    with opened(browser, report) as open_page:
        levels = open_page.page.locator("h1, h2, h3, h4").evaluate_all(
            "all => all.map((h) => Number(h.tagName[1]))"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
        assert open_page.page.locator("html").get_attribute("lang") == "en"


def test_everything_that_is_drawn_or_filled_in_has_a_name(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        nameless = open_page.page.locator("[role=img], [role=region], input, select, svg").evaluate_all(
            """all => all.filter((e) => !e.getAttribute("aria-label") && !e.labels?.length
                && e.getAttribute("aria-hidden") !== "true").map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert nameless == []
        ids = open_page.page.locator("[id]").evaluate_all("all => all.map((e) => e.id)")
        assert len(ids) == len(set(ids))


def test_printed_the_numbers_behind_the_charts_are_open(browser: Browser, report: Path) -> None:
    with opened(browser, report) as open_page:
        assert open_page.page.pdf()[:5] == b"%PDF-"
        assert open_page.page.locator("details:not([open])").count() == 0
