"""The drawing in a real browser: texts stay in their boxes and are legible, light or dark, at any width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from roastery.graph import draw_platform
from roastery.graph.state import load

OpenPage = Callable[..., Page]
OVERFLOWS = """() => [...document.querySelectorAll('text[data-box]')].filter(text => {
  const box = document.getElementById(text.dataset.box).getBoundingClientRect();
  const own = text.getBoundingClientRect();
  return own.left < box.left || own.right > box.right || own.top < box.top || own.bottom > box.bottom;
}).map(text => text.textContent)"""
COLLISIONS = """() => {
  const all = [...document.querySelectorAll('text')].map(text => [text.textContent, text.getBBox()]);
  return all.flatMap(([label, a], index) => all.slice(index + 1).filter(([, b]) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y + 2 < b.y + b.height && b.y + 2 < a.y + a.height
  ).map(([other]) => label + ' / ' + other));
}"""
CONTRASTS = """() => {
  const light = colour => {
    const parts = colour.match(/\\d+/g).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  return [...document.querySelectorAll('text')].map(text => {
    const box = document.getElementById(text.dataset.box) || document.querySelector('rect.page');
    const [a, b] = [light(getComputedStyle(text).fill), light(getComputedStyle(box).fill)];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text.textContent];
  }).filter(([ratio]) => ratio < 4.5);
}"""


@pytest.fixture(scope="module")
def picture(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "platform.svg"
    path.write_text(draw_platform(load(export)), encoding="utf-8")
    return path


@pytest.fixture
def open_drawing(browser: Browser, picture: Path) -> Iterator[OpenPage]:
    """Opens the drawing in a new page; it must log no message and request nothing but itself."""
    messages: list[str] = []
    requests: list[str] = []
    pages: list[Page] = []

    def open_page(width: int, scheme: Literal["light", "dark"] = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(picture.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert messages == []
    assert set(requests) == {picture.as_uri()}


@pytest.mark.parametrize("width", [360, 900, 1400])
def test_every_text_stays_in_its_box(open_drawing: OpenPage, width: int) -> None:
    page = open_drawing(width)
    page.evaluate("document.documentElement.setAttribute('width', '100%')")
    page.evaluate("document.documentElement.removeAttribute('height')")
    assert page.locator("text[data-box]").count() > 100
    assert page.evaluate(OVERFLOWS) == []
    assert page.evaluate(COLLISIONS) == []


@pytest.mark.parametrize("font", ["'DejaVu Sans'", "serif"])
def test_every_text_stays_in_its_box_in_the_widest_of_fonts(open_drawing: OpenPage, font: str) -> None:
    page = open_drawing(1080)
    page.evaluate(
        f"document.querySelectorAll('text:not(.name)').forEach(text => text.style.fontFamily = \"{font}\")"
    )
    assert page.evaluate(OVERFLOWS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_box(open_drawing: OpenPage, scheme: Literal["light", "dark"]) -> None:
    assert open_drawing(1080, scheme).evaluate(CONTRASTS) == []


def test_dark_pages_get_a_dark_drawing(open_drawing: OpenPage) -> None:
    fills: list[Any] = [
        open_drawing(1080, scheme).evaluate("getComputedStyle(document.querySelector('rect.page')).fill")
        for scheme in ("light", "dark")
    ]
    assert fills == ["rgb(255, 255, 255)", "rgb(15, 20, 26)"]
