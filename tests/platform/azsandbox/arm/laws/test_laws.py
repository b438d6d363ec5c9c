"""Each general law, once with inputs that keep it and once with inputs that break it."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.arm import laws
from azsandbox.schema.values import UNKNOWN

RANGE = laws.Format(path="ranges[]", form="ipv4 range")
WINDOW = laws.Format(path="a.window", form="duration", least="PT5M", most="P1D")
UNIQUE = laws.Unique(path="rules", by=("priority", "direction"))
RETENTION = laws.Feature(path="policies.retention", only_with="sku.name", among=("Premium",), default="Basic")
WHITELIST = laws.Needs(within="rules[]", when="access", values=("Allow",), needs=("ports",))
STATIC = laws.Conflicts(when="method", values=("Dynamic",), excludes="address")
SOURCE = laws.ExactlyOne(within="volumes[]", of=("disk", "share"))
ORDER = laws.Ordered(low="min", high="max")
SPOT = laws.Feature(
    within="pools[]", path="eviction", only_with="priority", among=("Spot",), default="Regular"
)
PORTS = laws.Between(path="ports", least=0, most=64000, multiple=8, also=(-1,))
SYSCTLS = laws.Limits(within="sysctls", numbers=(("swappiness", 0, 100),))
SURGE = laws.Matches(path="surge", pattern=r"\d+%?", description="a number or a percentage")
KEYS = laws.Matches(path="addons", pattern="policy", description="an add-on", keys=True, ignore_case=True)
FLOWS = laws.RefersTo(path="flows[].to[]", among=("destinations.*[].name",))
RULE = {"priority": 1, "direction": "In"}
BROKEN: tuple[tuple[laws.Law, dict[str, Any], str], ...] = (
    (RANGE, {"ranges": ["10.0.0.0/24", "10.0.0.1/24"]}, "ranges[1]"),
    (RANGE, {"ranges": ["10.250.0.300"]}, "ranges[0]"),
    (RANGE, {"ranges": ["fd00::/64"]}, "ranges[0]"),
    (WINDOW, {"a": {"window": "5m"}}, "a.window"),
    (WINDOW, {"a": {"window": "PT1M"}}, "a.window"),
    (WINDOW, {"a": {"window": "P2D"}}, "a.window"),
    (laws.Format(path="end", form="time"), {"end": "tomorrow"}, "end"),
    (laws.Format(path="id", form="guid"), {"id": "00000000"}, "id"),
    (laws.Format(path="uri", form="https"), {"uri": "http://example.com"}, "uri"),
    (laws.Format(path="uri", form="https"), {"uri": "https:///path"}, "uri"),
    (laws.Format(path="mail", form="email"), {"mail": "team at example.com"}, "mail"),
    (laws.AtMost(path="items", most=1), {"items": [1, 2]}, "items"),
    (laws.NotEmpty(path="items"), {"items": []}, "items"),
    (laws.NotEmpty(path="items", demanded=True), {}, "items"),
    (UNIQUE, {"rules": [RULE, {"priority": 1, "direction": "in"}]}, "rules[1].priority"),
    (laws.Unique(path="names", by=()), {"names": ["a", "A"]}, "names[1]"),
    (RETENTION, {"sku": {"name": "Standard"}, "policies": {"retention": {"days": 7}}}, "policies.retention"),
    (RETENTION, {"policies": {"retention": {"days": 7}}}, "policies.retention"),
    (WHITELIST, {"rules": [{"access": "Allow"}]}, "rules[0].ports"),
    (STATIC, {"method": "Dynamic", "address": "10.0.0.4"}, "address"),
    (SOURCE, {"volumes": [{}]}, "volumes[0]"),
    (SOURCE, {"volumes": [{"disk": "d", "share": "s"}]}, "volumes[0]"),
    (laws.AtLeastOne(of=("a", "b")), {"a": []}, "a"),
    (ORDER, {"min": 5, "max": 3}, "min"),
    (ORDER, {"min": "PT10M", "max": "PT5M"}, "min"),
    (ORDER, {"min": "2026-12-02", "max": "2026-12-01T00:00:00Z"}, "min"),
    (laws.Ordered(low="min", high="max", strictly=True), {"min": 3, "max": 3}, "min"),
    (SPOT, {"pools": [{}, {"eviction": "Delete"}]}, "pools[1].eviction"),
    (PORTS, {"ports": 7}, "ports"),
    (PORTS, {"ports": 64008}, "ports"),
    (SYSCTLS, {"sysctls": {"swappiness": 101}}, "sysctls.swappiness"),
    (SURGE, {"surge": "33 %"}, "surge"),
    (KEYS, {"addons": {"polcy": {}}}, 'addons["polcy"]'),
    (FLOWS, {"destinations": {"logs": [{"name": "a"}]}, "flows": [{"to": ["a", "b"]}]}, "flows[0].to[1]"),
)  # fmt: skip
KEPT: tuple[tuple[laws.Law, dict[str, Any]], ...] = (
    (SPOT, {"pools": [{"eviction": "Delete", "priority": "Spot"}, {"priority": UNKNOWN, "eviction": "x"}]}),
    (PORTS, {"ports": -1}),
    (PORTS, {"ports": 64000.0}),
    (SYSCTLS, {"sysctls": {"swappiness": 100, "other": 1000}}),
    (SURGE, {"surge": "33%"}),
    (KEYS, {"addons": {"Policy": {}}}),
    (RANGE, {"ranges": ["10.0.0.0/24", UNKNOWN]}),
    (RANGE, {}),
    (WINDOW, {"a": {"window": "PT5M"}}),
    (WINDOW, {"a": UNKNOWN}),
    (UNIQUE, {"rules": [RULE, {"priority": 1, "direction": "Out"}, {"priority": UNKNOWN}]}),
    (RETENTION, {"sku": {"name": "premium"}, "policies": {"retention": {"days": 7}}}),
    (RETENTION, {"sku": UNKNOWN, "policies": {"retention": {"days": 7}}}),
    (RETENTION, {"sku": {"name": "Basic"}, "policies": {"retention": {}}}),
    (WHITELIST, {"rules": [{"access": "Deny"}, {"access": "Allow", "ports": UNKNOWN}]}),
    (STATIC, {"method": "Static", "address": "10.0.0.4"}),
    (SOURCE, {"volumes": [{"disk": "d"}]}),
    (laws.AtLeastOne(of=("a", "b")), {"b": [1]}),
    (ORDER, {"min": 3, "max": 3}),
    (ORDER, {"min": 3}),
    (FLOWS, {"destinations": {"logs": [{"name": "a"}]}, "flows": [{"to": ["A"]}]}),
)  # fmt: skip


@pytest.mark.parametrize(("law", "inputs", "path"), BROKEN)
def test_a_broken_law_names_the_path(law: laws.Law, inputs: dict[str, Any], path: str) -> None:
    assert [problem.path for problem in law.problems(inputs)] == [path]


@pytest.mark.parametrize(("law", "inputs"), KEPT)
def test_a_law_that_is_kept_says_nothing(law: laws.Law, inputs: dict[str, Any]) -> None:
    assert list(law.problems(inputs)) == []


CHANGES = (
    (laws.Unchangeable(path="subnet"), {"subnet": "a"}, {"subnet": "b"}, ["subnet"]),
    (laws.Unchangeable(path="subnet"), {"subnet": "a"}, {"subnet": "A"}, []),
    (laws.Unchangeable(path="subnet"), {"subnet": "a"}, {"subnet": UNKNOWN}, []),
    (
        laws.Unchangeable(path="pools[].size"),
        {"pools": [{"name": "a", "size": "x"}, {"name": "b", "size": "x"}]},
        {"pools": [{"name": "B", "size": "y"}, {"name": "a", "size": "x"}, {"name": "c", "size": "z"}]},
        ["pools[0].size"],
    ),
    (laws.Grows(path="disk"), {"disk": 128}, {"disk": 64}, ["disk"]),
    (laws.Grows(path="disk"), {"disk": 64}, {"disk": 128}, []),
)


@pytest.mark.parametrize(("law", "old", "new", "paths"), CHANGES)
def test_changes_in_place_that_are_refused(
    law: laws.Law, old: dict[str, Any], new: dict[str, Any], paths: list[str]
) -> None:
    assert [problem.path for problem in law.changes(old, new)] == paths


def test_every_law_says_what_it_claims() -> None:
    claimed = [law.claim.what for law, *_ in (*BROKEN, *CHANGES)]
    assert all(claimed)
    assert laws.SameRegion(path="subnet.id").claim.what == "`subnet.id` is in the same region"
