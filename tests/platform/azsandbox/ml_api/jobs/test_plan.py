"""From a job's body to a plan: bindings, defaults, sub-pipelines, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs.plan import Asset, FromNode, JobPlan, Literal, plan_job

COMPONENTS: dict[str, dict[str, Any]] = {
    "/write": {
        "command": "write ${{inputs.n}} ${{outputs.made}}",
        "inputs": {"n": {"type": "integer", "default": "3"}, "note": {"type": "string", "optional": True}},
        "outputs": {"made": {"type": "uri_folder"}},
    },
    "/read": {
        "command": "read ${{inputs.made}} ${{outputs.copy}}",
        "inputs": {"made": {"type": "uri_folder"}},
        "outputs": {"copy": {"type": "uri_file"}},
    },
    "/inner": {
        "inputs": {"n": {"type": "integer", "default": "9"}},
        "outputs": {"end": {"type": "uri_file"}},
        "jobs": {
            "first": {"component": "azureml:/write", "inputs": {"n": "${{parent.inputs.n}}"}},
            "second": {
                "component": "azureml:/read",
                "inputs": {"made": "${{parent.jobs.first.outputs.made}}"},
                "outputs": {"copy": "${{parent.outputs.end}}"},
            },
        },
    },
}


def pipeline(**properties: Any) -> JobPlan:
    return plan_job({"jobType": "Pipeline", **properties}, COMPONENTS.__getitem__)


def literal(value: str) -> dict[str, str]:
    return {"job_input_type": "literal", "value": value}


def test_bindings_lead_to_the_jobs_inputs_and_to_other_nodes() -> None:
    job_plan = pipeline(
        jobs={
            "b": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.a.outputs.made}}")}},
            "a": {"componentId": "/write", "inputs": {"n": literal("${{parent.inputs.months}}")}},
        },
        inputs={"months": {"jobInputType": "literal", "value": "6"}},
    )
    assert [node.path for node in job_plan.nodes] == ["a", "b"]
    assert job_plan.nodes[0].inputs == {"n": Literal("6")}
    assert job_plan.nodes[1].inputs == {"made": FromNode("a", "made")}


def test_an_input_without_a_value_takes_its_default_or_is_left_out() -> None:
    job_plan = pipeline(
        jobs={"a": {"componentId": "/write", "inputs": {"note": literal("${{parent.inputs.note}}")}}}
    )
    assert job_plan.nodes[0].inputs == {"n": Literal("3")}


def test_a_pipeline_inside_a_pipeline_is_expanded() -> None:
    job_plan = pipeline(
        jobs={
            "inside": {
                "type": "pipeline",
                "componentId": "/inner",
                "outputs": {"end": {"type": "literal", "value": "${{parent.outputs.result}}"}},
            }
        },
        outputs={"result": {"jobOutputType": "uri_file", "assetName": "forecast"}},
    )
    assert [node.path for node in job_plan.nodes] == ["inside.first", "inside.second"]
    assert job_plan.nodes[0].inputs == {"n": Literal("9")}
    assert job_plan.nodes[1].inputs == {"made": FromNode("inside.first", "made")}
    assert job_plan.outputs == {"result": FromNode("inside.second", "copy")}
    assert job_plan.nodes[1].outputs["copy"].asset == "forecast"


def test_a_registered_pipeline_is_expanded() -> None:
    job_plan = pipeline(componentId="/inner", inputs={"n": {"jobInputType": "literal", "value": "4"}})
    assert [node.path for node in job_plan.nodes] == ["first", "second"]
    assert job_plan.nodes[0].inputs == {"n": Literal("4")}


def test_a_pipeline_stops_at_the_first_failure_unless_it_says_otherwise() -> None:
    jobs = {"a": {"componentId": "/write"}}
    assert pipeline(jobs=jobs).continue_on_step_failure is False
    assert pipeline(jobs=jobs, settings={"continue_on_step_failure": True}).continue_on_step_failure is True


def test_data_comes_by_its_address() -> None:
    inputs = {"made": {"job_input_type": "uri_folder", "uri": "azureml:sales:3"}}
    job_plan = pipeline(jobs={"a": {"componentId": "/read", "inputs": inputs}})
    assert job_plan.nodes[0].inputs == {"made": Asset("azureml:sales:3")}


def test_a_command_has_its_own_timeout_and_environment() -> None:
    job_plan = plan_job(
        {
            "jobType": "Command",
            "command": "true",
            "limits": {"timeout": "PT1H30M5S"},
            "environmentVariables": {"A": "1"},
        },
        COMPONENTS.__getitem__,
    )
    assert (job_plan.nodes[0].timeout, job_plan.nodes[0].environment) == (5405.0, {"A": "1"})


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ({"a": {"componentId": "/read"}}, "Required input 'made' of node 'a'"),
        (
            {"a": {"componentId": "/write", "inputs": {"m": literal("1")}}},
            "input 'm', which its component does not declare",
        ),
        (
            {
                "a": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.b.outputs.copy}}")}},
                "b": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.a.outputs.copy}}")}},
            },
            "depend on each other in a cycle",
        ),
        (
            {"a": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.x.outputs.y}}")}}},
            "No node writes output 'y' of 'x'",
        ),
        ({"a": {"type": "sweep"}}, "does not model nodes of type sweep"),
        ({"a": {"type": "command"}}, "must name the id of a registered component"),
    ],
)
def test_what_can_not_run_is_refused_before_anything_does(jobs: dict[str, Any], words: str) -> None:
    with pytest.raises(ArmError, match=words):
        pipeline(jobs=jobs)


def test_a_job_type_that_is_not_modelled_is_named() -> None:
    with pytest.raises(ArmError, match="jobs of type AutoML") as caught:
        plan_job({"jobType": "AutoML"}, COMPONENTS.__getitem__)
    assert caught.value.status == 501
