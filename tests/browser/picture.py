"""Takes a screenshot: `python tests/browser/picture.py PAGE.html PICTURE.png [WIDTH [HEIGHT [dark]]]`.

The pictures in `docs/pictures` are made with it. Without a height the whole page is taken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

PROVISION = Path(__file__).with_name("provision.py")
SHARPNESS = 2


def take(page: Path, picture: Path, width: int, height: int | None, scheme: Literal["light", "dark"]) -> None:
    process = subprocess.run(
        [sys.executable, str(PROVISION), "--json"], stdout=subprocess.PIPE, text=True, check=True
    )
    browser_settings = json.loads(process.stdout)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_settings["executable"],
            chromium_sandbox=browser_settings["sandbox"],
            env={**os.environ, **browser_settings["environment"]},
        )
        browser_page = browser.new_page(
            viewport={"width": width, "height": height or 800},
            color_scheme=scheme,
            device_scale_factor=SHARPNESS,
        )
        browser_page.goto(page.resolve().as_uri())
        browser_page.screenshot(path=picture, full_page=height is None)
        browser.close()


def main() -> None:
    page, picture, *size = sys.argv[1:]
    numbers = [int(text) for text in size if text.isdecimal()]
    width, height = [*numbers, *(1200, None)[len(numbers) :]]
    take(Path(page), Path(picture), width or 1200, height, "dark" if "dark" in size else "light")


if __name__ == "__main__":
    main()
