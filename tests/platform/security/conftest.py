"""What the tests of the second opinions share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project() -> Path:
    return ROOT
