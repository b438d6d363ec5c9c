"""The generated page of policies."""

from __future__ import annotations

from pathlib import Path

from roastery.policies.reports import page

ROOT = Path(__file__).resolve().parents[5]


def test_the_page_of_policies_is_current() -> None:
    assert (ROOT / page.PAGE).read_text(encoding="utf-8") == page.render(), (
        "run: python -m roastery.policies.reports.page"
    )
