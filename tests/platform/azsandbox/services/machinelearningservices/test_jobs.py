"""Jobs that a program declares."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.schema.values import Secret

JOB = "machinelearningservices:Job"


def job(environment: str = "azureml:AzureML-sklearn-1.5:1", **properties: Any) -> dict[str, Any]:
    command = {"jobType": "Command", "command": "true", "environmentId": environment}
    named = {"resourceGroupName": "rg", "workspaceName": "mlw", "id": "j"}
    return {**named, "properties": {**command, **properties}}


@pytest.mark.usefixtures("ml_workspace")
def test_a_secret_in_a_jobs_settings_does_not_come_out_in_the_clear(azure: Any) -> None:
    state = azure.make(JOB, **job(environmentVariables={"SNOWFLAKE_KEY": Secret("fjord-and-kettle")}))
    stored = azure.subscription.get(state.id)
    assert "fjord-and-kettle" not in f"{stored.inputs}{stored.outputs}"


@pytest.mark.usefixtures("ml_workspace")
def test_a_jobs_environment_exists(azure: Any) -> None:
    with pytest.raises(ArmError, match="Asset 'azureml:env:1'") as refusal:
        azure.make(JOB, **job("azureml:env:1"))
    assert refusal.value.code == "UserError"
