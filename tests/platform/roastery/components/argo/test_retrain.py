"""The chain from new data to a new model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.workflows.manifests import manifests
from roastery.components.argo.workflows.plan import Chain, Plan
from roastery.components.argo.workflows.retrain import retrain
from roastery.components.argo.workflows.settings import Job, RuntimeContext

Flows = dict[str, dict[str, Any]]


def tasks(flows: Flows) -> dict[str, dict[str, Any]]:
    dag = flows["WorkflowTemplate/retrain"]["spec"]["templates"][0]["dag"]
    return {one["name"]: one for one in dag["tasks"]}


def test_the_output_of_a_job_is_the_input_of_the_next(flows: Flows) -> None:
    fit = tasks(flows)["fit"]
    assert fit["templateRef"] == {"name": "fit", "template": "run"}
    assert fit["depends"] == "fetch"
    assert {"name": "raw", "value": "{{tasks.fetch.outputs.parameters.raw}}"} in fit["arguments"][
        "parameters"
    ]


def test_a_job_is_submitted_with_whole_arguments_and_writes_its_outputs_to_files(flows: Flows) -> None:
    (run, *_) = flows["WorkflowTemplate/fit"]["spec"]["templates"]
    words = [*run["container"]["command"], *run["container"]["args"]]
    assert words[:4] == ["roast", "job", "submit", "train"]
    assert words[4:8] == [
        "--input", "raw={{inputs.parameters.raw}}", "--param", "seed={{inputs.parameters.seed}}",
    ]  # fmt: skip
    # A pod that starts again has the same name to ask by.
    assert words[8:10] == ["--name", "fit-{{workflow.uid}}"]
    assert words[10:] == ["--wait", "--json", "--outputs-to", "/tmp/outputs"]  # noqa: S108
    assert run["outputs"]["parameters"] == [
        {"name": "model", "valueFrom": {"path": "/tmp/outputs/model", "default": ""}}  # noqa: S108
    ]


def test_nothing_is_promoted_if_no_model_passed_its_gate(flows: Flows) -> None:
    deploy = tasks(flows)["deploy"]
    assert deploy["when"] == "'{{tasks.fit.outputs.parameters.model}}' != ''"
    assert deploy["depends"] == "fit"


def test_the_look_after_a_promotion_raises_no_event(flows: Flows) -> None:
    """Or a model that drifts from its first day would be retrained for ever."""
    assert tasks(flows)["check"]["templateRef"] == {"name": "monitor", "template": "check"}
    assert tasks(flows)["check"]["depends"] == "deploy.Succeeded"


def test_a_second_retrain_waits_for_the_first(flows: Flows) -> None:
    spec = flows["WorkflowTemplate/retrain"]["spec"]
    reference = spec["synchronization"]["semaphores"][0]["configMapKeyRef"]
    assert flows[f"ConfigMap/{reference['name']}"]["data"][reference["key"]] == "1"
    assert "semaphore" not in spec["synchronization"]  # removed in Argo Workflows 4.0
    assert flows["CronWorkflow/retrain"]["spec"]["concurrencyPolicy"] == "Forbid"


def test_two_promotions_never_overlap_in_whatever_workflow(flows: Flows) -> None:
    (run, *_) = flows["WorkflowTemplate/deploy"]["spec"]["templates"]
    assert run["synchronization"] == {"mutexes": [{"name": "promotion"}]}


def test_a_job_that_reads_what_nothing_makes_is_refused(chain: Chain, runtime: RuntimeContext) -> None:
    odd = Job(template="odd", target="odd", inputs=("sales",))
    with pytest.raises(
        ArgoError, match=r"job odd reads sales, which no job before it makes \(known: raw, model\)"
    ):
        retrain(replace(chain, jobs=(*chain.jobs, odd)), runtime)


def test_a_model_that_no_job_makes_is_refused(chain: Chain, runtime: RuntimeContext) -> None:
    with pytest.raises(ArgoError, match=r"no job makes the model fetch\.model"):
        retrain(replace(chain, model="fetch.model"), runtime)


def test_the_clock_gives_the_reason_and_starts_by_its_own_time_zone(plan: Plan) -> None:
    (clock,) = [one for one in manifests(plan) if one["kind"] == "CronWorkflow"]
    assert clock["spec"]["schedules"] == ["0 6 2 * *"]
    assert clock["spec"]["timezone"] == "Etc/UTC"
    arguments = clock["spec"]["workflowSpec"]["arguments"]["parameters"]
    assert arguments == [{"name": "reason", "value": "monthly"}]
