"""A secret that a service's own outputs repeat is still a secret."""

from __future__ import annotations

from typing import Any

from azsandbox.arm.redaction import covered, secrets_of
from azsandbox.arm.subscription import Resource
from azsandbox.schema.values import Secret


def test_secret_texts_are_found_at_any_depth() -> None:
    inputs = {"plain": "a", "list": [{"one": Secret("b")}], "object": Secret({"two": ["c"]})}
    assert secrets_of(inputs) == {"b", "c"}


def test_outputs_that_repeat_a_secret_have_it_marked_again() -> None:
    said = covered({"a": ["x", {"b": "s"}], "c": 1}, {"s"})
    assert said == {"a": ["x", {"b": Secret("s")}], "c": 1}


def test_a_secret_in_a_jobs_settings_does_not_come_out_in_the_clear(azure: Any) -> None:
    place = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg"
    workspace = f"{place}/providers/Microsoft.MachineLearningServices/workspaces/mlw"
    kind = "Microsoft.MachineLearningServices/workspaces"
    azure.subscription.put(
        Resource(id=workspace, token="azure-native:machinelearningservices:Workspace", kind=kind)
    )
    variables = {"SNOWFLAKE_KEY": Secret("fjord-and-kettle")}
    properties = {
        "jobType": "Command",
        "command": "true",
        "environmentId": "e",
        "environmentVariables": variables,
    }
    token = "machinelearningservices:Job"
    made = azure.make(token, resourceGroupName="rg", workspaceName="mlw", id="j", properties=properties)
    held = azure.subscription.get(made.id)
    assert "fjord-and-kettle" not in f"{held.inputs}{held.outputs}"
