"""The committed table: what it holds, and what is said when it can't be used."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from azsandbox.schema import catalogue
from azsandbox.schema.specifications import newer
from azsandbox.schema.specifications.table import KINDS, SpecificationError, Table, read, shared
from azsandbox.services import all_types


def test_it_is_of_the_installed_sdk() -> None:
    assert shared().outdated == ""


def test_an_older_table_says_so() -> None:
    assert (
        "are tabulated for pulumi-azure-native 3.0.0" in dataclasses.replace(shared(), sdk="3.0.0").outdated
    )


def test_it_holds_every_kind_from_named_sources() -> None:
    total: Counter[str] = Counter()
    for _, counts in shared().count():
        total += counts
    assert (
        {"minimum", "maximum", "minLength", "maxLength", "pattern", "maxItems"} <= set(total) <= KINDS.keys()
    )
    assert total.total() > 200
    modules = {token.split(":")[1] for token in all_types().tokens}
    assert set(shared().sources) == modules


def test_every_constrained_property_is_one_that_a_program_can_write() -> None:
    shapes = catalogue.shared()
    known: dict[str, set[str]] = {}
    for token in all_types().tokens:
        shape = shapes.shape(token)
        known.setdefault(f"{token.split(':')[1]}:{token.split(':')[2]}", set()).update(shape.inputs["props"])
        for key, nested in shape.types.items():
            name = f"{key.partition('.')[0]}:{key.rpartition(':')[2].removesuffix('Args')}"
            known.setdefault(name, set()).update(nested["props"])
    for module, types in shared().types.items():
        for name, properties in types.items():
            assert set(properties) <= known[f"{module}:{name}"], f"{module}:{name}"


@pytest.mark.parametrize("content", [None, "no JSON", "{}", "[]"])
def test_a_table_that_cannot_be_read_names_the_command_that_writes_it(
    content: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "constraints.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SpecificationError, match=r"python -m azsandbox\.specifications writes it anew"):
        read(file)


def test_a_path_parameter_is_constrained_at_the_top_only() -> None:
    table = Table(
        sdk="1", date="2026-11-30", sources={}, types={}, names={"network": {"name": {"maxLength": 3}}}
    )
    assert table.constraint("network:Subnet", "name", top=True) == {"maxLength": 3}
    assert table.constraint("network:Subnet", "name") == {}


def test_what_is_exempt_is_taken_and_nothing_else() -> None:
    assert newer.takes("containerservice:AgentPool.osSKU", "AzureContainerLinux")
    assert not newer.takes("containerservice:AgentPool.osSKU", "AzureKontainerLinux")
    assert not newer.takes("containerservice:AgentPool.mode", "AzureContainerLinux")
    assert all(exemption.reason for exemption in newer.EXEMPTIONS.values())
