"""Nothing overlaps, nothing leaves its box, no line crosses anything, whatever the state holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roastery.graph.layout.measure import fit, width, wrap
from roastery.graph.layout.scene import Scene

Raw = list[dict[str, Any]]
SceneOf = Callable[[Raw], Scene]
Faults = Callable[[Scene], list[str]]
RECORDED: Raw = json.loads(Path(__file__).with_name("export.json").read_text())["deployment"]["resources"]
quick = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def second_region(raw: Raw) -> Raw:
    """The same once more, elsewhere."""
    text = json.dumps(raw).replace("prod-eus2", "prod-weu").replace("eastus2", "westeurope")
    twin: Raw = json.loads(text.replace("10.40.", "10.44.").replace("27427", "88888"))
    for one in twin:
        one["urn"] += "-weu"
        one["provider"] = "-weu::".join(one.get("provider", "::").rsplit("::", 1))
        one["dependencies"] = [f"{name}-weu" for name in one.get("dependencies", [])]
    return [*raw, *(one for one in twin if one["type"] != "pulumi:pulumi:Stack")]


def without(raw: Raw, *endings: str) -> Raw:
    return [one for one in raw if not one["type"].endswith(endings)]


STACKS: dict[str, Callable[[Raw], Raw]] = {
    "as recorded": lambda raw: raw,
    "cluster not reachable": lambda raw: [
        one for one in without(raw, "services:Compute") if not one["type"].startswith("kubernetes:")
    ],
    "no Bastion": lambda raw: without(raw, "BastionHost"),
    "no jump box": lambda raw: without(raw, ":VirtualMachine"),
    "no NAT": lambda raw: without(raw, "NatGateway"),
    "no network": lambda raw: without(raw, "VirtualNetwork"),
    "no private endpoints": lambda raw: without(raw, "PrivateEndpoint"),
    "no cluster": lambda raw: without(raw, "ManagedCluster"),
    "no resource groups": lambda raw: without(raw, "ResourceGroup"),
    "a second region": second_region,
    "one component": lambda raw: [one for one in raw if not one["custom"]][:1],
}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_drawn_without_a_fault(stack: str, raw: Raw, scene_of: SceneOf, faults: Faults) -> None:
    assert faults(scene_of(STACKS[stack](raw))) == []


@quick
@given(gone=st.sets(st.integers(0, len(RECORDED) - 1), max_size=len(RECORDED) - 1))
def test_any_part_of_a_stack_is_drawn_without_a_fault_and_adds_up(
    gone: set[int], scene_of: SceneOf, faults: Faults
) -> None:
    scene = scene_of([one for at, one in enumerate(RECORDED) if at not in gone])
    assert faults(scene) == []
    assert drawn(scene) + left(scene) == len(RECORDED) - len(gone)


def drawn(scene: Scene) -> int:
    return sum(box.count for box in scene.boxes)


def left(scene: Scene) -> int:
    """What the legend says is declared and not drawn."""
    _, *found = scene.description.rsplit("Also declared: ", 1)
    return sum(int(part.split()[0]) for text in found for part in text.split(" · "))


def test_what_no_drawing_knows_is_counted(raw: Raw, scene_of: SceneOf) -> None:
    scene = scene_of(raw)
    assert any("1 × eventhub:Namespace" in text.text for text in scene.texts)  # noqa: RUF001 - a times sign
    assert drawn(scene) + left(scene) == len(raw)


@quick
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_any_name_fits(name: str, scene_of: SceneOf, faults: Faults) -> None:
    assert faults(scene_of(renamed(RECORDED, name))) == []


def renamed(raw: Raw, name: str) -> Raw:
    """Every resource of Azure is called so, apart from a number that keeps ids apart."""
    shown = name.replace("/", "-")
    result: Raw = []
    for number, one in enumerate(raw):
        changed = one | {"inputs": one.get("inputs", {}) | {"description": name}}
        if one["type"].endswith(("Vault", "Registry", "BastionHost", "Workspace", "PrivateZone", "Release")):
            changed["id"] = f"{one['id'].rsplit('/', 1)[0]}/{number}{shown}"
        result.append(changed)
    return result


def test_every_private_link_is_one_straight_line(raw: Raw, scene_of: SceneOf) -> None:
    private = [link for link in scene_of(raw).links if link.style == "private"]
    assert len(private) == 4
    assert all(link.points[0][1] == link.points[-1][1] for link in private)


def test_long_names_keep_their_start_and_their_end() -> None:
    short = fit("a" * 40 + "b" * 40, 100, 12, mono=True)
    assert short.startswith("aaa")
    assert short.endswith("bbb")
    assert "…" in short
    assert width(short, 12, mono=True) <= 100


def test_facts_between_dots_stay_whole_and_no_line_starts_with_a_dot() -> None:
    assert wrap("restricted pods · 1 quota · 3 network policies", 120, 12, lines=9) == [
        "restricted pods",
        "1 quota",
        "3 network policies",
    ]
