"""Declares the resources of many cases in one stack, as raw resources: the engine gets what a case says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi

from azsandbox.arm import identities
from azsandbox.cases.interpolate import REFERENCE, references

config = pulumi.Config()
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TENANT = "00000000-0000-0000-0000-0000000000aa"


class Raw(pulumi.CustomResource):
    """A resource with inputs in wire format; `outputs` are the properties that others refer to."""


def plain(case: dict[str, Any], declared: dict[str, Raw], value: Any) -> Any:
    if isinstance(value, list):
        return [plain(case, declared, item) for item in value]
    if not isinstance(value, str):
        return value
    names = REFERENCE.findall(value)
    if not names:
        return value
    parts = [looked_up(case, declared, name) for name in names]
    if REFERENCE.fullmatch(value):
        return parts[0]
    texts = REFERENCE.split(value)[::2]
    return pulumi.Output.concat(*[piece for pair in zip(texts, [*parts, ""], strict=True) for piece in pair])


def whole(case: dict[str, Any], declared: dict[str, Raw], value: Any) -> Any:
    """Keys may hold references too (userAssignedIdentities): such an object is one output."""
    if isinstance(value, dict):
        items = {key: whole(case, declared, item) for key, item in value.items()}
        if not any(REFERENCE.search(key) for key in items):
            return items
        keys = pulumi.Output.all(*[plain(case, declared, key) for key in items])
        return pulumi.Output.all(keys, list(items.values())).apply(lambda both: dict(zip(*both, strict=True)))
    if isinstance(value, list):
        return [whole(case, declared, item) for item in value]
    return plain(case, declared, value)


def looked_up(case: dict[str, Any], declared: dict[str, Raw], reference: str) -> Any:
    scope = f"/subscriptions/{SUBSCRIPTION}"
    deployer = identities.made_up("principal", scope)
    facts = {"n": case["number"], "subscription": scope, "tenant": TENANT, "deployer": deployer}
    if reference in facts:
        return facts[reference]
    name, _, path = reference.partition(".")
    head, *rest = path.split(".")
    if name not in declared:  # what an earlier deployment declared
        value = pulumi.Output.from_input(case["absent"][name].get(head))
    else:
        value = declared[name].id if head == "id" else declared[name].__dict__[head]
    for part in rest:
        value = value.apply(lambda item, part=part: item.get(part) if isinstance(item, dict) else None)
    return value


class Declaration:
    """One case, in two steps: what the judged resource needs, and then that one and what comes after it."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.declared: dict[str, Raw] = {}
        items = case["resources"]
        self.wanted = {name for item in items for name in references(item["inputs"]) if "." in name}
        first = next((index for index, item in enumerate(items) if item["id"] == case["at"]), len(items))
        self.needed, self.judged = items[:first], items[first:]

    def declare(self, items: list[dict[str, Any]]) -> None:
        case = self.case
        for item in items:
            outputs = {name.split(".")[1] for name in self.wanted if name.split(".")[0] == item["id"]} - {
                "id"
            }
            inputs = whole(case, self.declared, item["inputs"])
            options = pulumi.ResourceOptions(
                depends_on=list(self.declared.values())[-1:],
                provider=kubernetes(case) if item["type"].startswith("kubernetes:") else None,
            )
            self.declared[item["id"]] = Raw(
                item["type"], f"{case['number']}-{item['id']}", {**dict.fromkeys(outputs), **inputs}, options
            )


def kubernetes(case: dict[str, Any]) -> pulumi.ProviderResource:
    """A cluster of the case's own."""
    if case["number"] not in clusters:
        server = f"https://cluster-{case['number']}.example.com"
        kubeconfig = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": server}}],
            "contexts": [{"name": "c", "context": {"cluster": "c"}}],
            "current-context": "c",
        }
        clusters[case["number"]] = pulumi.ProviderResource(
            "kubernetes", f"{case['number']}-cluster", {"kubeconfig": json.dumps(kubeconfig)}
        )
    return clusters[case["number"]]


clusters: dict[str, pulumi.ProviderResource] = {}
declarations = [Declaration(case) for case in json.loads(Path(config.require("cases")).read_text())]
for declaration in declarations:
    declaration.declare(declaration.needed)


def declare_judged(_: Any) -> None:
    """All at once and last: the engine ends a preview some time after the first refusal."""
    for declaration in declarations:
        declaration.declare(declaration.judged)


needed = [resource.urn for declaration in declarations for resource in declaration.declared.values()]
pulumi.Output.all(*needed).apply(declare_judged)
