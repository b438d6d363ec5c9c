"""What the tests of the scans share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def project() -> Path:
    return ROOT
