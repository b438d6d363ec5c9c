"""The page that says how true the sandbox is."""

from __future__ import annotations

from pathlib import Path

from azsandbox.coverage import page
from azsandbox.coverage.claims import claims_of
from azsandbox.services import all_types

ROOT = Path(__file__).resolve().parents[3]


def test_the_coverage_page_is_current() -> None:
    assert (ROOT / page.PAGE).read_text(encoding="utf-8") == page.page(), "run: python -m azsandbox.coverage"


def test_every_type_says_on_what_evidence_it_stands() -> None:
    types = all_types()
    assert [token for token in types.tokens if not list(claims_of(types.get(token)))] == []
