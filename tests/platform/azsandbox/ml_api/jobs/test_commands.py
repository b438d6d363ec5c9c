"""Placeholders and optional blocks of a command."""

from __future__ import annotations

import pytest

from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs.commands import fill


def test_an_optional_block_without_its_input_is_left_out() -> None:
    command = "run ${{ inputs.a }} $[[--b ${{inputs.b}}]] $[[--c ${{inputs.c}} ]]> ${{outputs.o}}"
    assert fill(command, {"a": "1", "c": "3"}, {"o": "/out"}) == "run 1  --c 3 > /out"


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(ArmError, match=r"inputs does not contain 'a'"):
        fill("run ${{inputs.a}}", {}, {})
