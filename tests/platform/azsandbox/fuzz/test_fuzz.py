"""No input of any type makes the stand-in for azure-native fail with anything but a refusal.

A slice runs with the tests; `make fuzz` runs 600 inputs of each type, more than 50,000 in all.
"""

from __future__ import annotations

import contextlib
import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import SandboxError
from azsandbox.pulumi.provider import wire
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.pulumi.provider.diff import changes
from azsandbox.schema.values import UNKNOWN
from azsandbox.services import all_types
from tests.platform.azsandbox.fuzz.generate import Generator

SLICE = 25  # the same inputs in every run; a campaign has new ones
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", SLICE))
TYPES = all_types()
RG = {"resourceGroupName": "rg", "location": "westeurope"}


def subject(token: str, identifier: str = "", *, preview: bool = False) -> Subject:
    return Subject(urn=f"urn:pulumi:t::t::{token}::it", token=token, id=identifier, preview=preview)


@pytest.fixture(scope="module")
def azure() -> AzureNative:
    """A subscription with a group, a network, an account and an identity, which random ids name."""
    provider = AzureNative(Subscription.open(":memory:"), TYPES)
    provider.configure({"subscriptionId": "11111111-2222-4333-8444-555555555555", "location": "westeurope"})
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    subnets = [{"name": "nodes", "addressPrefix": "10.0.0.0/24"}]
    account = {"accountName": "stone", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    for token, inputs in (
        ("resources:ResourceGroup", {}),
        ("network:VirtualNetwork", {"virtualNetworkName": "vnet", **network, "subnets": subnets}),
        ("storage:StorageAccount", account),
        ("managedidentity:UserAssignedIdentity", {"resourceName": "id-one"}),
    ):
        create(provider, f"azure-native:{token}", {**RG, **inputs})
    return provider


def create(provider: AzureNative, token: str, inputs: dict[str, Any]) -> None:
    checked = provider.check(subject(token), {}, inputs, b"seed")
    assert [problem for problem in checked.problems if not problem.warning] == []
    provider.create(subject(token), checked.inputs)


def deploy(azure: AzureNative, token: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """All calls that an engine makes for a new resource and for a change of it."""
    checked = azure.check(subject(token), {}, old, b"seed")
    azure.create(subject(token, preview=True), checked.inputs)  # a preview goes on after a refusal
    later = azure.check(subject(token), checked.inputs, new, b"seed")
    rules = azure.replace_rules(subject(token), checked.inputs, later.inputs)
    changes(checked.inputs, later.inputs, rules, lambda path, a, b: azure.equivalent(token, path, a, b))
    azure.update(subject(token, "x", preview=True), checked.inputs, later.inputs, {})
    for inputs in (checked, later):
        assert all(problem.message for problem in inputs.problems)
        if all(problem.warning for problem in inputs.problems) and UNKNOWN not in _leaves(inputs.inputs):
            with azure.subscription.transaction():
                state = azure.create(subject(token), inputs.inputs)
                wire.write(state.outputs)
                raise SandboxError("roll back: no example sees another's resources")


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [getattr(value, "value", value)]


@pytest.mark.parametrize("token", TYPES.tokens)
def test_no_input_makes_the_stand_in_fail(azure: AzureNative, token: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES == SLICE,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.randoms(use_true_random=True))
    def property_of_every_input(random: Random) -> None:
        generator = Generator(azure.shapes.shape(token), random)
        with contextlib.suppress(SandboxError):
            deploy(azure, token, generator.inputs(), generator.inputs())

    property_of_every_input()
