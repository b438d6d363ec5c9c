"""Connections of a workspace to Snowflake."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.schema.values import Secret

CONNECTION = "machinelearningservices:WorkspaceConnection"
NAMED = {"resourceGroupName": "rg", "workspaceName": "mlw", "connectionName": "snowflake"}
TARGET = "jdbc:snowflake://a.snowflakecomputing.com/?db=D&warehouse=W"


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"authType": "OAuth2", "target": TARGET}, "does not go"),
        (
            {"authType": "UsernamePassword", "target": "https://a.snowflakecomputing.com"},
            "is not jdbc:snowflake",
        ),
        (
            {"authType": "UsernamePassword", "target": "jdbc:snowflake://a.snowflakecomputing.com/?db=D"},
            "lacks warehouse",
        ),
    ],
)
def test_snowflake_connections_that_azure_ml_refuses(
    azure: Any, properties: dict[str, Any], words: str
) -> None:
    problems = azure.errors(CONNECTION, **NAMED, properties={"category": "Snowflake", **properties})
    assert any(words in problem for problem in problems), problems


@pytest.mark.usefixtures("ml_workspace")
def test_a_connections_credentials_are_not_returned(azure: Any) -> None:
    credentials = {"username": "roastery", "password": Secret("fjord-and-kettle")}
    properties = {
        "category": "Snowflake",
        "authType": "UsernamePassword",
        "target": TARGET,
        "credentials": credentials,
    }
    state = azure.make(CONNECTION, **NAMED, properties=properties)
    assert "credentials" not in state.outputs["properties"]
    assert "fjord-and-kettle" not in f"{azure.subscription.get(state.id)}"
