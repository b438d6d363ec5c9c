"""Nothing overlaps, nothing leaves its box, and no line crosses anything, whatever the state contains."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roastery.graph.layout.measure import fit, text_width, wrap
from roastery.graph.layout.scene import Scene

Raw = list[dict[str, Any]]
SceneOf = Callable[[Raw], Scene]
Faults = Callable[[Scene], list[str]]
RENAMED = ("Vault", "Registry", "BastionHost", "Workspace", "PrivateZone", "Release")
RECORDED: Raw = json.loads(Path(__file__).with_name("export.json").read_text())["deployment"]["resources"]
quick = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def second_region(raw: Raw) -> Raw:
    """The same resources a second time, in another region."""
    text = json.dumps(raw).replace("prod-eus2", "prod-weu").replace("eastus2", "westeurope")
    twin: Raw = json.loads(text.replace("10.40.", "10.44.").replace("27427", "88888"))
    for resource in twin:
        resource["urn"] += "-weu"
        resource["provider"] = "-weu::".join(resource.get("provider", "::").rsplit("::", 1))
        resource["dependencies"] = [f"{name}-weu" for name in resource.get("dependencies", [])]
    return [*raw, *(resource for resource in twin if resource["type"] != "pulumi:pulumi:Stack")]


def without(raw: Raw, *endings: str) -> Raw:
    return [resource for resource in raw if not resource["type"].endswith(endings)]


STACKS: dict[str, Callable[[Raw], Raw]] = {
    "as recorded": lambda raw: raw,
    "cluster not reachable": lambda raw: [
        resource
        for resource in without(raw, "services:Compute")
        if not resource["type"].startswith("kubernetes:")
    ],
    "no Bastion": lambda raw: without(raw, "BastionHost"),
    "no jump box": lambda raw: without(raw, ":VirtualMachine"),
    "no NAT": lambda raw: without(raw, "NatGateway"),
    "no network": lambda raw: without(raw, "VirtualNetwork"),
    "no private endpoints": lambda raw: without(raw, "PrivateEndpoint"),
    "no cluster": lambda raw: without(raw, "ManagedCluster"),
    "no resource groups": lambda raw: without(raw, "ResourceGroup"),
    "a second region": second_region,
    "one component": lambda raw: [resource for resource in raw if not resource["custom"]][:1],
}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_drawn_without_a_fault(stack: str, raw: Raw, scene_of: SceneOf, faults: Faults) -> None:
    assert faults(scene_of(STACKS[stack](raw))) == []


@quick
@given(removed=st.sets(st.integers(0, len(RECORDED) - 1), max_size=len(RECORDED) - 1))
def test_any_part_of_a_stack_is_drawn_without_a_fault_and_adds_up(
    removed: set[int], scene_of: SceneOf, faults: Faults
) -> None:
    scene = scene_of([resource for number, resource in enumerate(RECORDED) if number not in removed])
    assert faults(scene) == []
    assert drawn(scene) + undrawn(scene) == len(RECORDED) - len(removed)


def drawn(scene: Scene) -> int:
    return sum(box.count for box in scene.boxes)


def undrawn(scene: Scene) -> int:
    """How many resources the legend counts as declared and not drawn."""
    _, *counts = scene.description.rsplit("Also declared: ", 1)
    return sum(int(part.split()[0]) for text in counts for part in text.split(" · "))


def test_a_type_that_is_not_drawn_is_counted(raw: Raw, scene_of: SceneOf) -> None:
    scene = scene_of(raw)
    assert any("1 × eventhub:Namespace" in text.text for text in scene.texts)  # noqa: RUF001 - a times sign
    assert drawn(scene) + undrawn(scene) == len(raw)


@quick
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_any_name_fits(name: str, scene_of: SceneOf, faults: Faults) -> None:
    assert faults(scene_of(renamed(RECORDED, name))) == []


def renamed(raw: Raw, name: str) -> Raw:
    """The resources with another name, which a number keeps unique."""
    shown = name.replace("/", "-")
    result: Raw = []
    for number, resource in enumerate(raw):
        changed = resource | {"inputs": resource.get("inputs", {}) | {"description": name}}
        if resource["type"].endswith(
            ("Vault", "Registry", "BastionHost", "Workspace", "PrivateZone", "Release")
        ):
            changed["id"] = f"{resource['id'].rsplit('/', 1)[0]}/{number}{shown}"
        result.append(changed)
    return result


def test_every_private_link_is_one_straight_line(raw: Raw, scene_of: SceneOf) -> None:
    private = [link for link in scene_of(raw).links if link.css_class == "private"]
    assert len(private) == 4
    assert all(link.points[0][1] == link.points[-1][1] for link in private)


def test_long_names_keep_their_start_and_their_end() -> None:
    short = fit("a" * 40 + "b" * 40, 100, 12, mono=True)
    assert short.startswith("aaa")
    assert short.endswith("bbb")
    assert "…" in short
    assert text_width(short, 12, mono=True) <= 100


def test_facts_between_dots_stay_whole_and_no_line_starts_with_a_dot() -> None:
    assert wrap("restricted pods · 1 quota · 3 network policies", 120, 12, lines=9) == [
        "restricted pods",
        "1 quota",
        "3 network policies",
    ]
