"""What flows ask of the declarations of a state: hosts, secrets, event sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roastery.flows.inputs import flag, text
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UNKNOWN

Make = Callable[..., DeclaredResource]
OBJECTS = "array:\n  - |\n    objectName: push-token\n    objectType: secret\n  - |\n    objectName: drift\n"


@pytest.fixture
def topology(build: Callable[..., Topology], resource: Make, kubernetes: Make) -> Topology:
    variables = [{"name": "REPOSITORY", "value": "https://globojava.visualstudio.com/x/_git/y"}]
    return build(
        resource(
            t.EXTENSION, "azureml", {"configurationSettings": {"sslCname": "score.example", "a.b": "c"}}
        ),
        resource(
            t.ML_COMPONENT,
            "pipeline",
            {"componentSpec": {"jobs": {"import": {"environment_variables": {"SNOWFLAKE_ACCOUNT": "a-b"}}}}},
        ),
        kubernetes(
            "argoproj.io/v1alpha1:WorkflowTemplate",
            "infra",
            spec={"templates": [{"container": {"env": variables}}]},
        ),
        kubernetes("argoproj.io/v1alpha1:EventSource", "drift", "roastery"),
        kubernetes(
            "secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
            "triggers",
            spec={"parameters": {"objects": OBJECTS}},
        ),
        resource(t.VAULT, "vault", id_="/subscriptions/s/vaults/v"),
        resource(t.ML_WORKSPACE, "ml", {"keyVault": "/subscriptions/s/vaults/v"}),
    )


def test_hosts_replace_placeholders(topology: Topology) -> None:
    assert topology.placed("{region}.api.azureml.ms") == "eastus2.api.azureml.ms"
    assert topology.placed("{endpoint}") == "score.example"
    assert topology.placed("{snowflake}") == "a-b.snowflakecomputing.com"
    assert topology.placed("{forge}") == "globojava.visualstudio.com"
    assert topology.placed("{other}") == "{other}"


@pytest.mark.parametrize(
    ("need", "there"),
    [
        ("host:snowflake", True),
        ("host:nothing", False),
        ("forge:visualstudio.com", True),
        ("forge:globojava.visualstudio.com", True),
        ("forge:studio.com", False),
        ("forge:github.com", False),
        ("source:drift", True),
        ("source:git", False),
        ("secrets:triggers", True),
        ("secrets:infra", False),
        ("vault", True),
        ("lake", False),
    ],
)
def test_a_flow_exists_only_where_the_state_has_what_it_needs(
    topology: Topology, need: str, *, there: bool
) -> None:
    assert topology.has(need) is there


def test_the_scope_of_a_class_is_each_of_its_secrets(topology: Topology) -> None:
    assert topology.ids_of("secrets:triggers") == [
        "/subscriptions/s/vaults/v/secrets/push-token",
        "/subscriptions/s/vaults/v/secrets/drift",
    ]
    assert topology.ids_of("secrets:infra") == []
    assert topology.ids_of("vault/secrets/one") == ["/subscriptions/s/vaults/v/secrets/one"]


def test_an_unknown_input_is_no_text(resource: Make) -> None:
    unknown = resource(t.VAULT, "vault", {"location": UNKNOWN, "on": True})
    assert (text(unknown, "location"), text(unknown, "missing"), flag(unknown, "on")) == ("", "", True)
