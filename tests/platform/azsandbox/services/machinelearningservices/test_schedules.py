"""Schedules: what Azure ML refuses, and what it would accept and then ignore."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State

TOKEN = "machinelearningservices:Schedule"
CRON = {"triggerType": "Cron", "expression": "0 3 * * *", "timeZone": "UTC"}
MONTHLY = {
    "triggerType": "Recurrence",
    "frequency": "Month",
    "interval": 1,
    "schedule": {"hours": [6], "minutes": [0], "monthDays": [2]},
    "timeZone": "Eastern Standard Time",
}


@pytest.fixture
def pipeline(azure: Any, ml_workspace: State) -> State:
    """A registered pipeline in a workspace: one optional input, one with a default."""
    assert ml_workspace.id.endswith("/mlw")
    spec = {
        "name": "demand",
        "version": "1",
        "type": "pipeline",
        "inputs": {
            "champion": {"type": "mlflow_model", "optional": True},
            "seed": {"type": "integer", "default": "0"},
        },
        "jobs": {},
    }
    named = {"resourceGroupName": "rg", "workspaceName": "mlw", "name": "demand", "version": "1"}
    return azure.make("machinelearningservices:ComponentVersion", **named, properties={"componentSpec": spec})


def schedule(pipeline: State | None = None, trigger: dict[str, Any] = CRON, **job: Any) -> dict[str, Any]:
    definition = {"jobType": "Pipeline", "componentId": pipeline.id if pipeline else "", **job}
    action = {"actionType": "CreateJob", "jobDefinition": definition}
    named = {"resourceGroupName": "rg", "workspaceName": "mlw", "name": "retrain"}
    return {**named, "properties": {"action": action, "trigger": trigger}}


@pytest.mark.parametrize("trigger", [CRON, CRON | {"expression": "0,30 3 * * Mon-Fri"}, MONTHLY])
def test_a_schedule_of_a_registered_pipeline_is_accepted(
    azure: Any, pipeline: State, trigger: dict[str, Any]
) -> None:
    state = azure.make(
        TOKEN, **schedule(pipeline, trigger, inputs={"seed": {"jobInputType": "literal", "value": "1"}})
    )

    assert state.outputs["properties"]["trigger"] == trigger


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (CRON | {"expression": "0 3 * *"}, "is not a cron expression of five fields"),
        (CRON | {"expression": "0 25 * * *"}, "the hour '25' is not within 0 and 23"),
        (CRON | {"expression": "0 3 * * Funday"}, "is not a number, a range or a step"),
        (CRON | {"timeZone": "America/New_York"}, "did you mean Eastern Standard Time?"),
        (CRON | {"timeZone": "Eastern Standart Time"}, "did you mean Eastern Standard Time?"),
        (MONTHLY | {"interval": 0}, "properties.trigger.interval is 0, but must be at least 1"),
        (
            MONTHLY | {"schedule": {"hours": [24], "minutes": [0]}},
            "properties.trigger.schedule.hours 24 is not within 0 and 23",
        ),
        (MONTHLY | {"frequency": "Day"}, "schedule.monthDays has no effect with frequency Day"),
    ],
)
def test_a_trigger_that_would_not_fire_as_written_is_refused(
    azure: Any, trigger: dict[str, Any], words: str
) -> None:
    (problem,) = azure.errors(TOKEN, **schedule(trigger=trigger))

    assert words in problem


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 6 2 * *", "names a day, which Azure ML ignores and reads as *"),
        ("0 6 2 7 *", "names a day and a month"),
    ],
)
def test_days_and_months_of_a_cron_expression_are_a_warning(azure: Any, expression: str, words: str) -> None:
    (problem,) = azure.check(TOKEN, **schedule(trigger=CRON | {"expression": expression}))

    assert problem.warning
    assert words in problem.message


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ({"componentId": "{}/components/demand/versions/2"}, "components/demand/versions/2' referenced by"),
        ({"componentId": "{}"}, "is not a component"),
        ({"settings": {"default_compute": "{}/computes/aks"}}, "computes/aks' referenced by"),
        ({"settings": {"default_compute": "{}/components/demand/versions/1"}}, "is not a compute"),
        (
            {"inputs": {"champion": {"jobInputType": "mlflow_model", "uri": "{}/models/m/versions/9"}}},
            "models/m/versions/9' referenced by",
        ),
        (
            {"inputs": {"sead": {"jobInputType": "literal", "value": "1"}}},
            "no input 'sead'; it has champion, seed",
        ),
    ],
)
def test_a_job_that_could_not_run_is_refused(
    azure: Any, pipeline: State, job: dict[str, Any], words: str
) -> None:
    workspace = pipeline.id.partition("/components/")[0]

    def in_workspace(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: in_workspace(item) for name, item in value.items()}
        return value.replace("{}", workspace)

    with pytest.raises(ArmError, match=words):
        azure.make(TOKEN, **schedule(pipeline, **in_workspace(job)))


def test_a_required_input_that_is_missing_is_refused(azure: Any, pipeline: State) -> None:
    spec = pipeline.inputs["properties"]["componentSpec"]
    named = {"resourceGroupName": "rg", "workspaceName": "mlw", "name": "demand", "version": "2"}
    with_required_input = {**spec, "version": "2", "inputs": {"table": {"type": "string"}}}
    other = azure.make(
        "machinelearningservices:ComponentVersion",
        **named,
        properties={"componentSpec": with_required_input},
    )

    with pytest.raises(ArmError, match="lacks the input 'table'"):
        azure.make(TOKEN, **schedule(other))
