"""The published schema is the one the program reads by, and accepts the stack files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from stacks.schema import render, stack_schema

ROOT = Path(__file__).parents[2]


def test_the_published_schema_is_current(golden: Callable[[str, str], None]) -> None:
    golden(str(ROOT / "docs" / "stack.schema.json"), render())


@pytest.mark.parametrize("file", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda file: file.name)
def test_the_schema_accepts_every_stack_file(file: Path) -> None:
    jsonschema.validate(yaml.safe_load(file.read_text()), stack_schema())


def test_the_schema_refuses_a_misspelt_key() -> None:
    values = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
    values["config"]["roastery:regoin"] = values["config"].pop("roastery:region")

    with pytest.raises(jsonschema.ValidationError, match=r"roastery:re(goin|gion)"):
        jsonschema.validate(values, stack_schema())
