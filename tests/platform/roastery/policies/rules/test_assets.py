"""Policies about ML assets, each on a table of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import over_resource
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]


def caught(policy: str, resource: DeclaredResource) -> bool:
    rule = BY_ID[policy]
    return bool(list(over_resource(rule, resource, rule.settings())))


@pytest.mark.parametrize(
    ("reference", "moves"),
    [
        ("azureml:train@latest", True),
        ("azureml:train@champion", True),
        ("azureml:train:latest", True),
        ("azureml://registries/azureml/environments/sklearn/labels/latest", True),
        ("azureml:train:7f3a", False),
        ("azureml:main:3", False),
        ("azureml:dev-model:3", False),
        ("azureml:/subscriptions/s/workspaces/mlw-beans-dev/environments/e/versions/3", False),
        ("crbeans.azurecr.io/roast@sha256:" + "a" * 64, False),
    ],
)
def test_a_reference_names_a_version(resource: Make, reference: str, moves: bool) -> None:
    spec = {"componentSpec": {"environment": reference}}
    assert caught("asset-reference-fixed", resource(t.ML_COMPONENT, properties=spec)) is moves


@pytest.mark.parametrize(
    ("version", "fine"), [("3", True), ("7f3a", True), ("2026-11-01", True), ("Latest", False), ("", False)]
)
def test_a_version_identifies_one_content(resource: Make, version: str, fine: bool) -> None:
    assert caught("asset-version-fixed", resource(t.ML_MODEL, version=version)) is not fine


@pytest.mark.parametrize(
    ("properties", "fine"),
    [
        ({"endpointComputeType": "Managed"}, True),
        ({"endpointComputeType": "Kubernetes", "instanceType": "jobs"}, True),
        ({"endpointComputeType": "Kubernetes"}, False),
    ],
)
def test_a_deployment_is_bounded_by_itself_or_by_its_instance_type(
    resource: Make, properties: dict[str, Any], fine: bool
) -> None:
    assert caught("deployment-bounded", resource(t.ML_DEPLOYMENT, properties=properties)) is not fine


@pytest.mark.parametrize(
    ("properties", "fine"),
    [
        ({"authMode": "AADToken"}, True),
        ({"authMode": "AADToken", "compute": "aks"}, False),
        ({"authMode": "AMLToken", "compute": "aks"}, True),
        ({"authMode": "Key"}, True),
        ({"authMode": "None"}, False),
        ({}, False),
        ({"authMode": "Key", "keys": {"primaryKey": "mine"}}, False),
    ],
)
def test_an_endpoint_requires_authentication(resource: Make, properties: dict[str, Any], fine: bool) -> None:
    assert caught("endpoint-authentication", resource(t.ML_ENDPOINT, properties=properties)) is not fine


@pytest.mark.parametrize(
    ("uri", "fine"),
    [
        ("azureml://datastores/lake/paths/sales", True),
        ("https://stbeans.blob.core.windows.net/sales", True),
        ("https://stbeans.blob.core.windows.net/sales?sv=1&sig=abc", False),
        ("https://open.example/sales.csv", False),
    ],
)
def test_data_is_in_the_platforms_storage_without_a_signature(resource: Make, uri: str, fine: bool) -> None:
    assert caught("data-asset-private", resource(t.ML_DATA, properties={"dataUri": uri})) is not fine


@pytest.mark.parametrize("command", ["az ml data import --file x", "python -c 'DataImport()'"])
def test_data_import_is_found_in_components_and_in_workflows(resource: Make, command: str) -> None:
    template = {"templates": [{"container": {"args": [command]}}]}
    assert caught("retired-data-import", resource(t.WORKFLOW_TEMPLATE, spec=template))
    spec = {"componentSpec": {"command": command}}
    assert caught("retired-data-import", resource(t.ML_COMPONENT, properties=spec))
    spec["componentSpec"]["command"] = "python -m ml.steps.import_sales"
    assert not caught("retired-data-import", resource(t.ML_COMPONENT, properties=spec))


@pytest.mark.parametrize(
    ("auth", "category", "fine"),
    [
        ("UsernamePassword", "Snowflake", False),
        ("usernamepassword", "snowflake", False),
        ("ServicePrincipal", "Snowflake", True),
        ("UsernamePassword", "Git", True),
    ],
)
def test_the_snowflake_connection_uses_no_password(
    resource: Make, auth: str, category: str, fine: bool
) -> None:
    connection = resource(t.ML_CONNECTION, properties={"authType": auth, "category": category})
    assert caught("retired-snowflake-password", connection) is not fine
