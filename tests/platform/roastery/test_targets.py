"""A target is found by its entry point; one that is not installed says how to get it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import get_protocol_members

from roastery import targets
from roastery.targets import NoTargetError, Target


def test_the_sandbox_has_all_that_the_protocol_asks() -> None:
    target = targets.find(start=Path(__file__))
    assert {name for name in get_protocol_members(Target) if not hasattr(target, name)} == set()


def test_a_target_that_is_not_installed_is_one_line_that_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    with pytest.raises(NoTargetError, match=r"'sandbox' is not installed.*pip install") as error:
        targets.find()
    assert error.value.exit_code == 2
    assert "\n" not in str(error.value)


def test_a_target_nobody_offers_is_named() -> None:
    with pytest.raises(NoTargetError, match="the target 'mars' is not installed"):
        targets.find("mars")


def test_a_target_that_can_not_be_imported_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        def load(self) -> Any:
            raise ModuleNotFoundError("No module named 'pulumi'")

    monkeypatch.setattr(metadata, "entry_points", lambda **_: [Point()])
    with pytest.raises(NoTargetError, match="the target 'sandbox' can't be loaded: No module named 'pulumi'"):
        targets.find()
