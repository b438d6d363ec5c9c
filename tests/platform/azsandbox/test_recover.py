"""Recovery finds what was created before Pulumi was killed, whichever provider created it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import SandboxError
from azsandbox.kubernetes.provider import RELEASE, Kubernetes
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.recover import Recovery, _resolve, restore_torn

SCOPE = "11111111-2222-4333-8444-555555555555"
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "roasting"}}
OBJECTS = (
    ("kubernetes:core/v1:Namespace", NAMESPACE, "roasting"),
    (
        "kubernetes:core/v1:ConfigMap",
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "beans", "namespace": "default"}},
        "default/beans",
    ),
    (
        RELEASE,
        {"name": "argo", "namespace": "default", "chart": "argo-workflows", "version": "1.0.0"},
        "default/argo",
    ),
)


def pending(token: str, inputs: dict[str, Any], kind: str = "creating") -> dict[str, Any]:
    return {
        "type": kind,
        "resource": {"urn": f"urn:pulumi:s::p::{token}::x", "type": token, "inputs": inputs},
    }


@pytest.mark.parametrize(("token", "inputs", "identifier"), OBJECTS)
def test_an_object_that_exists_is_adopted_with_its_id(
    token: str, inputs: dict[str, Any], identifier: str
) -> None:
    subscription = Subscription.open(":memory:")
    state = Kubernetes(subscription).create(
        Subject(urn=f"urn:pulumi:s::p::{token}::x", token=token, id=""), inputs
    )
    resources: list[dict[str, Any]] = []
    result = Recovery()
    _resolve(pending(token, inputs), resources, subscription, SCOPE, result)

    assert state.id == identifier
    assert [resource["id"] for resource in resources] == [identifier]
    assert (len(result.adopted), result.dropped) == (1, [])


@pytest.mark.parametrize(("token", "inputs", "identifier"), OBJECTS)
def test_an_object_that_was_not_created_is_left_to_the_next_up(
    token: str, inputs: dict[str, Any], identifier: str
) -> None:
    del identifier
    resources: list[dict[str, Any]] = []
    result = Recovery()
    _resolve(pending(token, inputs), resources, Subscription.open(":memory:"), SCOPE, result)

    assert (resources, result.adopted, len(result.dropped)) == ([], [], 1)


def test_an_object_of_another_stacks_subscription_is_not_adopted() -> None:
    subscription = Subscription.open(":memory:")
    other = "/subscriptions/99999999-2222-4333-8444-555555555555"
    other += "/resourceGroups/g/kubernetes/v1/Namespace/-/roasting"
    token = "kubernetes:core/v1:Namespace"
    subscription.put(Resource(id=other, token=token, kind="kubernetes/Namespace", inputs=NAMESPACE))
    result = Recovery()
    _resolve(pending(token, NAMESPACE), [], subscription, SCOPE, result)
    assert len(result.dropped) == 1


@pytest.mark.parametrize("torn", ["", '{"version": 3, "checkpoint": {', "[]"])
def test_a_state_that_was_not_written_to_its_end_is_restored_from_its_backup(
    torn: str, tmp_path: Path
) -> None:
    file, backup = tmp_path / "dev.json", tmp_path / "dev.json.bak"
    file.write_text(torn)
    with pytest.raises(SandboxError, match="not complete"):
        restore_torn(file)
    backup.write_text('{"version": 3}')

    assert restore_torn(file)

    assert file.read_text() == backup.read_text()
    assert (tmp_path / "dev.json.torn").read_text() == torn
    assert not restore_torn(file)
