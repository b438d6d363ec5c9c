"""Tests that share a deployment run in one process: pytest-xdist has to know their groups."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("habits")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process: nothing to distribute")
def test_groups_are_honoured(request: pytest.FixtureRequest) -> None:
    """The group is in the id, by which tests are distributed; pytest 9.2 dropped it without a word."""
    assert request.node.nodeid.endswith("@habits")
