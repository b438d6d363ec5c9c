"""Assets: components whose references exist, environments, data stores."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

COMPONENT = "machinelearningservices:ComponentVersion"
IN_WORKSPACE = {"resourceGroupName": "rg", "workspaceName": "mlw"}


def component(**changes: Any) -> dict[str, Any]:
    spec = {
        "name": "train",
        "version": "1",
        "type": "command",
        "command": "python -m train ${{inputs.data}}",
        "environment": "azureml:env:1",
        "inputs": {"data": {"type": "mltable"}},
    }
    return {**IN_WORKSPACE, "name": "train", "version": "1", "properties": {"componentSpec": spec | changes}}


@pytest.mark.usefixtures("workspace")
def test_a_components_placeholders_are_declared_and_its_references_exist(azure: Any) -> None:
    (problem,) = azure.errors(COMPONENT, **component(inputs={}))
    assert "uses ${{inputs.data}}, which inputs does not declare" in problem
    azure.make("machinelearningservices:ComponentContainer", **IN_WORKSPACE, name="train", properties={})
    with pytest.raises(ArmError, match="Asset 'azureml:env:1'"):
        azure.make(COMPONENT, **component())
    azure.make(
        "machinelearningservices:EnvironmentVersion",
        **IN_WORKSPACE,
        name="env",
        version="1",
        properties={"image": "python:3.13"},
    )
    azure.make(COMPONENT, **component())


def test_a_component_has_the_name_of_its_resource(azure: Any) -> None:
    (problem,) = azure.errors(COMPONENT, **component(name="score"))
    assert problem == "properties.componentSpec.name is 'score', but the resource's name is 'train'"


def test_an_environment_has_an_image_or_a_build(azure: Any) -> None:
    environment = {**IN_WORKSPACE, "name": "env", "version": "1", "properties": {}}
    (problem,) = azure.errors("machinelearningservices:EnvironmentVersion", **environment)
    assert problem == "properties.image is required, unless there is a build"


def datastore(account: str) -> dict[str, Any]:
    properties = {
        "datastoreType": "AzureBlob",
        "accountName": account,
        "containerName": "sales",
        "credentials": {"credentialsType": "None"},
    }
    return {**IN_WORKSPACE, "name": "sales", "properties": properties}


@pytest.mark.usefixtures("ml_workspace")
def test_a_datastores_account_exists(azure: Any) -> None:
    token = "machinelearningservices:Datastore"
    with pytest.raises(ArmError, match="Storage account 'none' of datastore 'sales' was not found"):
        azure.make(token, **datastore("none"))
    azure.make(token, **datastore("stone"))
    secrets = "azure-native:machinelearningservices:listDatastoreSecrets"
    with pytest.raises(ArmError, match="authenticates by identity and has no secrets"):
        azure.provider.invoke(secrets, {**IN_WORKSPACE, "name": "sales"})
