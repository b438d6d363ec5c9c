"""From a job's body to commands: bindings, defaults, optional blocks, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs.commands import fill
from azsandbox.ml_api.jobs.plan import Asset, FromNode, Literal, plan

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


def planned(**properties: Any) -> Any:
    return plan({"jobType": "Pipeline", **properties}, COMPONENTS.__getitem__)


def literal(value: str) -> dict[str, str]:
    return {"job_input_type": "literal", "value": value}


def test_bindings_lead_to_the_jobs_inputs_and_to_other_nodes() -> None:
    found = planned(
        jobs={
            "b": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.a.outputs.made}}")}},
            "a": {"componentId": "/write", "inputs": {"n": literal("${{parent.inputs.months}}")}},
        },
        inputs={"months": {"jobInputType": "literal", "value": "6"}},
    )
    assert [one.path for one in found.nodes] == ["a", "b"]
    assert found.nodes[0].inputs == {"n": Literal("6")}
    assert found.nodes[1].inputs == {"made": FromNode("a", "made")}


def test_an_input_that_is_not_given_takes_its_default_or_is_left_out() -> None:
    found = planned(
        jobs={"a": {"componentId": "/write", "inputs": {"note": literal("${{parent.inputs.note}}")}}}
    )
    assert found.nodes[0].inputs == {"n": Literal("3")}


def test_a_pipeline_inside_of_a_pipeline_is_opened() -> None:
    found = planned(
        jobs={
            "inside": {
                "type": "pipeline",
                "componentId": "/inner",
                "outputs": {"end": {"type": "literal", "value": "${{parent.outputs.result}}"}},
            }
        },
        outputs={"result": {"jobOutputType": "uri_file", "assetName": "forecast"}},
    )
    assert [one.path for one in found.nodes] == ["inside.first", "inside.second"]
    assert found.nodes[0].inputs == {"n": Literal("9")}
    assert found.nodes[1].inputs == {"made": FromNode("inside.first", "made")}
    assert found.outputs == {"result": FromNode("inside.second", "copy")}
    assert found.nodes[1].outputs["copy"].asset == "forecast"


def test_a_registered_pipeline_brings_its_nodes() -> None:
    found = planned(componentId="/inner", inputs={"n": {"jobInputType": "literal", "value": "4"}})
    assert [one.path for one in found.nodes] == ["first", "second"]
    assert found.nodes[0].inputs == {"n": Literal("4")}


def test_a_pipeline_stops_at_the_first_failure_unless_it_says_otherwise() -> None:
    jobs = {"a": {"componentId": "/write"}}
    assert planned(jobs=jobs).keeps_going is False
    assert planned(jobs=jobs, settings={"continue_on_step_failure": True}).keeps_going is True


def test_data_comes_by_its_address() -> None:
    given = {"made": {"job_input_type": "uri_folder", "uri": "azureml:sales:3"}}
    found = planned(jobs={"a": {"componentId": "/read", "inputs": given}})
    assert found.nodes[0].inputs == {"made": Asset("azureml:sales:3")}


def test_a_command_has_its_own_timeout_and_environment() -> None:
    found = plan(
        {
            "jobType": "Command",
            "command": "true",
            "limits": {"timeout": "PT1H30M5S"},
            "environmentVariables": {"A": "1"},
        },
        COMPONENTS.__getitem__,
    )
    assert (found.nodes[0].timeout, found.nodes[0].environment) == (5405.0, {"A": "1"})


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ({"a": {"componentId": "/read"}}, "Required input 'made' of node 'a'"),
        ({"a": {"componentId": "/write", "inputs": {"m": literal("1")}}}, "input 'm', which its component"),
        (
            {
                "a": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.b.outputs.copy}}")}},
                "b": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.a.outputs.copy}}")}},
            },
            "need each other",
        ),
        (
            {"a": {"componentId": "/read", "inputs": {"made": literal("${{parent.jobs.x.outputs.y}}")}}},
            "Output 'y' of 'x' is written by no node",
        ),
        ({"a": {"type": "sweep"}}, "does not model nodes of type sweep"),
        ({"a": {"type": "command"}}, "needs the id of a registered component"),
    ],
)
def test_what_can_not_run_is_refused_before_anything_does(jobs: dict[str, Any], words: str) -> None:
    with pytest.raises(ArmError, match=words):
        planned(jobs=jobs)


def test_other_kinds_of_job_are_named() -> None:
    with pytest.raises(ArmError, match="jobs of type AutoML") as caught:
        plan({"jobType": "AutoML"}, COMPONENTS.__getitem__)
    assert caught.value.status == 501


def test_blocks_go_with_their_inputs() -> None:
    command = "run ${{ inputs.a }} $[[--b ${{inputs.b}}]] $[[--c ${{inputs.c}} ]]> ${{outputs.o}}"
    assert fill(command, {"a": "1", "c": "3"}, {"o": "/out"}) == "run 1  --c 3 > /out"


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(ArmError, match=r"inputs lacks 'a'"):
        fill("run ${{inputs.a}}", {}, {})
