"""The campaign's modules: genuine azure-mgmt clients, whose requests a sandbox in this process answers."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CAMPAIGN = Path(__file__).parents[3] / "campaigns" / "samples"


@pytest.fixture(scope="session")
def campaign() -> Iterator[Any]:
    """The module that judges one sample."""
    sys.path.insert(0, str(CAMPAIGN))
    try:
        yield importlib.import_module("run")
    finally:
        sys.path.remove(str(CAMPAIGN))


@pytest.fixture
def api(campaign: Any) -> Iterator[Any]:
    """An empty subscription behind the API server."""
    sandbox = campaign.clients.Sandbox()
    yield sandbox
    sandbox.close()
