"""Inputs may have any shape: a rule reports a problem or nothing, and never fails."""

from __future__ import annotations

import copy
import random
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.arm.subscription import Subscription
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.provider import Kubernetes
from azsandbox.kubernetes.validation import admission
from azsandbox.kubernetes.validation.field import Field
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.schema.values import UNKNOWN, Secret

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from mutations import Path as Keys  # noqa: E402 - next to this file
from mutations import at, paths  # noqa: E402

OBJECTS: list[dict[str, Any]] = yaml.safe_load((HERE / "objects.yaml").read_text())
TEMPLATES = [
    {"name": "main", "steps": [[{"name": "a", "template": "t"}]]},
    {"name": "t", "container": {"image": "i"}},
]
ARGO: list[dict[str, Any]] = [
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "w"},
        "spec": {
            "entrypoint": "main",
            "arguments": {"parameters": [{"name": "p", "value": "1"}]},
            "templates": TEMPLATES,
        },
    },
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Sensor",
        "metadata": {"name": "s"},
        "spec": {
            "dependencies": [{"name": "d", "eventSourceName": "s", "eventName": "e"}],
            "triggers": [
                {
                    "template": {
                        "name": "t",
                        "argoWorkflow": {"operation": "submit", "source": {"resource": {}}},
                    }
                }
            ],
        },
    },
]
VALUES: list[Any] = [
    None, [], {}, True, False, "", 0, -1, 1.5, float("nan"), float("inf"), 1e308, "x\0y", UNKNOWN,
    Secret("s"), Secret({"a": 1}), [None], [[]], [{}], {"": None}, {"a": [1]}, "é" * 70, 2**70, "9" * 400,
    "1e400", "::1", "%",
]  # fmt: skip


def broken(manifest: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The object with a few values removed or replaced by anything."""
    result = copy.deepcopy(manifest)
    for _ in range(chance.choice([1, 1, 2, 5])):
        keys: list[Keys] = [path for path in paths(result) if path[0] not in {"apiVersion", "kind"}]
        path = chance.choice(keys or [("metadata",)])
        owner = at(result, path[:-1])
        if chance.random() < 0.3:
            owner.pop(path[-1], None) if isinstance(owner, dict) else owner.pop()
        else:
            # A copy: the next change may go into it, and a list that holds itself has no end.
            owner[path[-1]] = copy.deepcopy(chance.choice(VALUES), {id(UNKNOWN): UNKNOWN})
    return result


@pytest.mark.parametrize("seed", range(8))
def test_no_shape_of_an_object_is_an_exception(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    provider = Kubernetes(Subscription.open(":memory:"))
    provider.configure({})
    for _ in range(300):
        before = chance.choice([*OBJECTS, *ARGO])
        manifest = broken(before, chance)
        api, kind = manifest["apiVersion"], manifest["kind"]
        group = api if "/" in api else f"core/{api}"
        subject = Subject(
            urn=f"urn:pulumi:t::t::{kind}::it", token=f"kubernetes:{group}:{kind}", preview=True
        )
        inputs = {name: value for name, value in manifest.items() if name not in {"apiVersion", "kind"}}
        try:
            checked = provider.check(subject, {}, inputs, b"seed").inputs
            provider.update(subject, before, checked, {})
        except SandboxError:
            continue
        admission.violations(Field(manifest)["spec"], "restricted")
