"""The template: waves of deployments, dependencies, escaped text."""

from __future__ import annotations

import pytest

from azsandbox.arm import ids
from azsandbox.errors import ExportError
from azsandbox.export.arm.resources import TemplateEntry
from azsandbox.export.arm.template import template

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"


def entry(name: str, group: str | None, *before: str) -> TemplateEntry:
    """An entry of a resource group; its id starts with the group's."""
    return TemplateEntry(
        id=f"{group}/{name}" if group else name,
        group=group,
        content={"name": name},
        depends_on=frozenset(ids.key(identifier) for identifier in before),
    )


def test_groups_that_depend_on_each_other_are_deployed_in_waves() -> None:
    first, second = f"{SUBSCRIPTION}/resourceGroups/one", f"{SUBSCRIPTION}/resourceGroups/two"
    result = template(
        [
            entry("a", first),
            entry("b", second, f"{first}/a"),
            entry("c", first, f"{second}/b", f"{first}/a"),
            entry("d", first, f"{first}/c"),
            entry("/above", None, f"{first}/c"),
        ],
        "2024-03-01",
    )
    by_name = {resource["name"]: resource for resource in result["resources"]}
    assert list(by_name) == ["one-0", "two-1", "one-2", "/above"]
    last = by_name["one-2"]
    assert last["dependsOn"] == [
        f"{first}/providers/Microsoft.Resources/deployments/one-0",
        f"{second}/providers/Microsoft.Resources/deployments/two-1",
    ]
    inside = last["properties"]["template"]["resources"]
    assert [(resource["name"], resource.get("dependsOn")) for resource in inside] == [
        ("c", None),
        ("d", [f"{first}/c"]),
    ]
    assert by_name["/above"]["dependsOn"] == [f"{first}/providers/Microsoft.Resources/deployments/one-2"]


def test_text_in_brackets_is_escaped() -> None:
    bracketed = TemplateEntry(
        id="/a", group=None, content={"tags": {"a": "[x]", "b": "[x] y"}}, depends_on=frozenset()
    )
    (resource,) = template([bracketed], "2024-03-01")["resources"]
    assert resource["tags"] == {"a": "[[x]", "b": "[x] y"}


def test_a_cycle_is_an_error_that_shows_it() -> None:
    with pytest.raises(ExportError, match="depends on itself"):
        template([entry("a", "/g", "/g/b"), entry("b", "/g", "/g/a")], "2024-03-01")


def test_the_name_of_a_deployment_is_shortened_to_the_limit() -> None:
    group = f"{SUBSCRIPTION}/resourceGroups/{'g' * 90}"
    (deployment,) = template([entry("a", group)], "2024-03-01")["resources"]
    assert len(deployment["name"]) == 64
    assert deployment["resourceGroup"] == "g" * 90
