from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from azsandbox.arm.defaults import filled
from azsandbox.schema import catalogue
from azsandbox.services import all_types


def declared() -> Iterator[tuple[str, str]]:
    """(token, path) of every default of every type."""
    types = all_types()
    for token in types.tokens:
        yield from ((token, path) for path in types.get(token).defaults)


def test_what_the_outputs_have_stays() -> None:
    outputs = {"idleTimeoutInMinutes": 10, "sku": {"name": "Standard"}}
    answer = filled(outputs, {"idleTimeoutInMinutes": 4, "sku.tier": "Regional", "ipTags": []})
    assert answer == {
        "idleTimeoutInMinutes": 10,
        "sku": {"name": "Standard", "tier": "Regional"},
        "ipTags": [],
    }
    assert outputs == {"idleTimeoutInMinutes": 10, "sku": {"name": "Standard"}}


def test_every_member_of_a_list_is_filled_and_an_absent_list_is_not_made() -> None:
    defaults = {"subnets[].delegations": [], "rules[].access": "Allow"}
    assert filled({"subnets": [{"name": "a"}, {"delegations": ["x"]}]}, defaults) == {
        "subnets": [{"name": "a", "delegations": []}, {"delegations": ["x"]}]
    }


def test_an_object_with_a_question_mark_is_not_made() -> None:
    defaults = {"osProfile?.linuxConfiguration?.provisionVMAgent": True}
    assert filled({}, defaults) == {}
    assert filled({"osProfile": {}}, defaults) == {"osProfile": {}}
    assert filled({"osProfile": {"linuxConfiguration": {}}}, defaults) == {
        "osProfile": {"linuxConfiguration": {"provisionVMAgent": True}}
    }


def test_defaults_of_two_resources_are_not_the_same_object() -> None:
    defaults: dict[str, Any] = {"ipTags": []}
    filled({}, defaults)["ipTags"].append("x")
    assert defaults == {"ipTags": []}


@pytest.mark.parametrize(("token", "path"), sorted(declared()))
def test_a_default_is_an_output_of_its_type(token: str, path: str) -> None:
    shape = catalogue.shared().shape(token)
    item: Any = shape.outputs
    for part in re.findall(r"\[\]|[^.\[\]?]+", path):
        while "ref" in item:
            item = shape.types[item["ref"]]
        item = item["items"] if part == "[]" else item["props"][part]
    assert item
