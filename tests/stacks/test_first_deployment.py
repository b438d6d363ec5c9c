"""Faults that would stop the first deployment: each is put back into what the program deploys, and is found.

docs/first-deployment.md lists them; a test compares the numbers.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands
from azsandbox.arm.catalogue import Types
from azsandbox.cases import Case, judge, load_folder
from azsandbox.cases.model import Expectation
from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.services import all_types
from roastery.flows.prove.proof import prove
from roastery.policies import state
from roastery.policies.evaluate import evaluate
from roastery.policies.model import DeclaredResource, DeclaredStack
from stacks.config import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("program"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
CASES = {
    case.name: case for case in load_folder(ROOT / "tests" / "platform" / "azsandbox" / "cases" / "claims")
}
PAGE = ROOT / "docs" / "first-deployment.md"
Resources = list[DeclaredResource]
Edit = Callable[[Resources], Resources]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault in a state, and the flow or policy that finds it."""

    number: int
    edit: Edit
    flow: str = ""
    policy: str = ""


def without(*names: str) -> Edit:
    """Takes resources out, by their names in the program."""

    def edit(resources: Resources) -> Resources:
        assert set(names) <= {resource.name for resource in resources}
        return [resource for resource in resources if resource.name not in names]

    return edit


def changed(name: str, change: Callable[[dict[str, Any]], None]) -> Edit:
    """Changes the inputs of one resource."""

    def edit(resources: Resources) -> Resources:
        edited: Resources = []
        for resource in resources:
            inputs = copy.deepcopy(dict(resource.inputs))
            if resource.name == name:
                change(inputs)
                assert inputs != resource.inputs
            edited.append(replace(resource, inputs=inputs))
        return edited

    return edit


def without_firewall_rule(name: str) -> Edit:
    def change(inputs: dict[str, Any]) -> None:
        for collection in inputs["ruleCollections"]:
            collection["rules"] = [rule for rule in collection["rules"] if rule["name"] != name]

    return changed("firewall-egress", change)


def at_once(resources: Resources) -> Resources:
    """The private endpoints of one account no longer wait for each other."""
    names = {"pep-st-blob", "pep-st-file", "pep-st-queue", "pep-st-table"}
    return [
        replace(resource, dependencies=(), property_dependencies={}) if resource.name in names else resource
        for resource in resources
    ]


def asks_the_node(inputs: dict[str, Any]) -> None:
    text = repr(inputs)
    assert "'SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER': 'OIDC'" in text
    _replace(inputs, "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER", "AZURE")


def _replace(value: Any, key: str, new: str) -> None:
    if isinstance(value, dict):
        if key in value:
            value[key] = new
        for item in value.values():
            _replace(item, key, new)
    elif isinstance(value, list):
        for item in value:
            _replace(item, key, new)


def with_a_webhook(resources: Resources) -> Resources:
    """A push webhook that nothing lets in."""
    drift = next(resource for resource in resources if resource.name == "eventsource-drift")
    inputs = copy.deepcopy(dict(drift.inputs))
    inputs["metadata"]["name"] = "git"
    return [*resources, replace(drift, urn=drift.urn.replace("drift", "git"), inputs=inputs)]


def to_the_whole_region(inputs: dict[str, Any]) -> None:
    for subnet in inputs["subnets"]:
        if subnet.pop("routeTable", None):
            subnet["natGateway"] = {"id": "/subscriptions/s/natGateways/nat"}


FAULTS = (
    Fault(number=1, edit=without("router-tls"), flow="router-certificate"),
    Fault(number=2, edit=without_firewall_rule("sign-in-extension"), flow="jump-box-sign-in-extension"),
    Fault(number=5, edit=at_once, policy="private-endpoint-order"),
    Fault(
        number=6,
        edit=changed("aks", lambda inputs: inputs.update(kubernetesVersion="1.34")),
        policy="aks-version",
    ),
    Fault(number=7, edit=without("role-aks-dns"), flow="control-plane-zone"),
    Fault(number=10, edit=without("pep-boot-st-blob"), flow="agents-state-store"),
    Fault(number=10, edit=without("pep-boot-kv-vault"), flow="jump-box-state-vault"),
    Fault(number=11, edit=without_firewall_rule("azure-pipelines"), flow="agents-azure-devops"),
    Fault(number=11, edit=without_firewall_rule("forge"), flow="infra-dev"),
    Fault(number=14, edit=without("trust-workspace"), flow="workspace-attach"),
    Fault(
        number=15,
        edit=changed("endpoint", lambda inputs: _replace(inputs, "authMode", "AADToken")),
        policy="endpoint-authentication",
    ),
    Fault(number=16, edit=without("role-engineers-bastion"), flow="engineers-jump-box"),
    Fault(number=17, edit=without("azureml-jobs-allow-router"), flow="azureml-router-models"),
    Fault(number=17, edit=without("azureml-jobs-allow-identity-proxy"), flow="azureml-models-identity"),
    Fault(number=18, edit=changed("component-monthly-demand", asks_the_node), flow="jobs-metadata-service"),
    Fault(number=20, edit=without("role-argo-metrics"), flow="workflow-telemetry"),
    Fault(number=21, edit=with_a_webhook, flow="push-webhook"),
    Fault(number=22, edit=without("fc-argo-server-argo-sa-argo-server"), flow="argo-server-archive"),
    Fault(number=23, edit=without("role-jobs-metrics"), flow="jobs-telemetry"),
    Fault(number=24, edit=without("role-argo-jobs-identity"), flow="workflow-assigns-identity"),
    Fault(number=25, edit=without("lake-sales"), flow="jobs-lake-files"),
    Fault(number=26, edit=changed("vnet", to_the_whole_region), policy="subnet-egress-firewall"),
    Fault(number=27, edit=without("jobs-creators"), flow="azureml-creates-pods"),
)

# What the sandbox refuses, in a preview already where the inputs suffice.
REFUSED = {
    1: ("extension-tls-without-a-host-name", "extension-secret-that-nobody-makes"),
    15: ("ml-entra-on-kubernetes",),
}


@pytest.fixture(scope="module")
def deployed(run: Callable[..., Outcome], project: Project) -> DeclaredStack:
    """Prod, just deployed."""
    outcome = run("up", "prod")
    assert (outcome.exit_code, outcome.errors) == (0, [])
    return state.parse(commands.export(project, "prod"))


@pytest.fixture(scope="module")
def types() -> Types:
    return all_types()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.number}-{fault.flow or fault.policy}")
def test_a_fault_that_is_put_back_is_found_on_the_state(fault: Fault, deployed: DeclaredStack) -> None:
    broken = DeclaredStack(fault.edit(list(deployed.resources)), deployed.facts)

    if fault.flow:
        broken_flows = {proved.flow.id for proved in prove(broken).broken}
        assert fault.flow in broken_flows
    else:
        policies = {finding.policy.id for finding in evaluate(broken).findings}
        assert fault.policy in policies


def test_without_a_fault_nothing_is_found(deployed: DeclaredStack) -> None:
    assert prove(deployed).broken == []
    assert evaluate(deployed).blocking == []


@pytest.mark.parametrize("name", [name for names in REFUSED.values() for name in names])
def test_a_fault_that_is_put_back_is_refused(name: str, types: Types) -> None:
    case: Case = CASES[name]

    assert case.expect is Expectation.REFUSED
    assert judge(case, types).agrees(case)


def test_the_page_names_what_catches_each_fault() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    caught = {int(number): text for number, text in rows}

    assert sorted(caught) == list(range(1, 28))
    for fault in FAULTS:
        assert f"`{fault.flow or fault.policy}`" in caught[fault.number], fault.number
    named = {name for text in caught.values() for name in re.findall(r"`(tests/[\w/.]+)`", text)}
    assert [name for name in named if not Path(ROOT, name).is_file()] == []
