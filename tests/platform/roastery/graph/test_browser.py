"""The drawing in a real browser: texts stay in their boxes and can be read, light or dark, at any width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from roastery.graph import draw
from roastery.graph.state import load

Open = Callable[..., Page]
OVERFLOWS = """() => [...document.querySelectorAll('text[data-box]')].filter(text => {
  const box = document.getElementById(text.dataset.box).getBoundingClientRect();
  const own = text.getBoundingClientRect();
  return own.left < box.left || own.right > box.right || own.top < box.top || own.bottom > box.bottom;
}).map(text => text.textContent)"""
COLLISIONS = """() => {
  const all = [...document.querySelectorAll('text')].map(text => [text.textContent, text.getBBox()]);
  return all.flatMap(([said, a], at) => all.slice(at + 1).filter(([, b]) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y + 2 < b.y + b.height && b.y + 2 < a.y + a.height
  ).map(([other]) => said + ' / ' + other));
}"""
CONTRASTS = """() => {
  const light = colour => {
    const parts = colour.match(/\\d+/g).slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
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
    path.write_text(draw(load(export)), encoding="utf-8")
    return path


@pytest.fixture
def shown(browser: Browser, picture: Path) -> Iterator[Open]:
    """Opens the drawing as a page of its own; in the end nothing was complained about or asked for."""
    said: list[str] = []
    asked: list[str] = []
    pages: list[Page] = []

    def open_it(width: int, scheme: Literal["light", "dark"] = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(picture.as_uri())
        pages.append(page)
        return page

    yield open_it
    for page in pages:
        page.close()
    assert said == []
    assert set(asked) == {picture.as_uri()}


@pytest.mark.parametrize("width", [360, 900, 1400])
def test_every_text_stays_in_its_box(shown: Open, width: int) -> None:
    page = shown(width)
    page.evaluate("document.documentElement.setAttribute('width', '100%')")
    page.evaluate("document.documentElement.removeAttribute('height')")
    assert page.locator("text[data-box]").count() > 100
    assert page.evaluate(OVERFLOWS) == []
    assert page.evaluate(COLLISIONS) == []


@pytest.mark.parametrize("font", ["'DejaVu Sans'", "serif"])
def test_every_text_stays_in_its_box_in_the_widest_of_fonts(shown: Open, font: str) -> None:
    page = shown(1080)
    page.evaluate(
        f"document.querySelectorAll('text:not(.name)').forEach(text => text.style.fontFamily = \"{font}\")"
    )
    assert page.evaluate(OVERFLOWS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_box(shown: Open, scheme: Literal["light", "dark"]) -> None:
    assert shown(1080, scheme).evaluate(CONTRASTS) == []


def test_dark_pages_get_a_dark_drawing(shown: Open) -> None:
    fills: list[Any] = [
        shown(1080, scheme).evaluate("getComputedStyle(document.querySelector('rect.page')).fill")
        for scheme in ("light", "dark")
    ]
    assert fills == ["rgb(255, 255, 255)", "rgb(15, 20, 26)"]
