"""What every service declares is an input that the SDK has; every service has tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azsandbox.schema import catalogue
from azsandbox.services import SERVICES, all_types


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_every_service_has_tests_of_its_own(service: str) -> None:
    assert list((Path(__file__).parent / service).glob("test_*.py"))


def test_every_declared_id_is_made_of_inputs_that_the_sdk_has() -> None:
    types = all_types()
    for token in types.tokens:
        known = catalogue.shared().shape(token).inputs["props"]
        assert set(types.get(token).path_parameters) <= set(known), token


def test_every_declared_path_leads_to_an_input_that_the_sdk_has() -> None:
    types = all_types()
    for token in types.tokens:
        spec = types.get(token)
        for path in (*spec.replace, *(reference.path for reference in spec.references)):
            assert _leads_somewhere(token, path), f"{token}: {path}"


def _leads_somewhere(token: str, path: str) -> bool:
    resource = catalogue.shared().shape(token)
    shapes = [resource.inputs]
    for part in path.replace("[]", "").split("."):
        nested: list[dict[str, Any]] = []
        for shape in shapes:
            inner = shape.get("values") or shape.get("props", {}).get(part)
            nested += _objects(inner, resource.types) if inner else []
        if not nested:
            return False
        shapes = nested
    return True


def _objects(shape: dict[str, Any], types: dict[str, Any]) -> list[dict[str, Any]]:
    if "items" in shape:
        return _objects(shape["items"], types)
    if "oneOf" in shape:
        return [nested for alternative in shape["oneOf"] for nested in _objects(alternative, types)]
    return [types[shape["ref"]]] if "ref" in shape else [shape]
