"""Manifests that the API server would accept and that would fail at run time."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from roastery.components.argo.errors import ArgoError
from roastery.components.argo.workflows.check import check
from roastery.components.argo.workflows.settings import SEMAPHORES

Flows = dict[str, dict[str, Any]]


@pytest.fixture
def all_of_them(flows: Flows, events: Flows) -> Flows:
    return copy.deepcopy({**flows, **events})


def test_our_own_manifests_pass(all_of_them: Flows) -> None:
    check(list(all_of_them.values()))


def test_a_task_that_names_a_missing_template_is_refused(all_of_them: Flows) -> None:
    tasks = all_of_them["WorkflowTemplate/retrain"]["spec"]["templates"][0]["dag"]["tasks"]
    tasks[0]["templateRef"]["name"] = "fetsch"
    with pytest.raises(
        ArgoError, match="task fetch refers to workflow template fetsch, which does not exist"
    ):
        check(list(all_of_them.values()))


def test_a_task_that_names_a_missing_part_of_a_template_is_refused(all_of_them: Flows) -> None:
    tasks = all_of_them["WorkflowTemplate/retrain"]["spec"]["templates"][0]["dag"]["tasks"]
    tasks[0]["templateRef"]["template"] = "go"
    with pytest.raises(
        ArgoError, match=r"refers to template go of fetch, which does not exist \(known: exit"
    ):
        check(list(all_of_them.values()))


def test_a_step_that_names_no_template_of_its_workflow_is_refused(all_of_them: Flows) -> None:
    parts = all_of_them["WorkflowTemplate/monitor"]["spec"]["templates"]
    parts[0]["dag"]["tasks"][1]["template"] = "notice"
    with pytest.raises(ArgoError, match="task report refers to template notice"):
        check(list(all_of_them.values()))


def test_a_schedule_and_a_sensor_of_a_missing_template_are_refused(all_of_them: Flows) -> None:
    without = [manifest for name, manifest in all_of_them.items() if name != "WorkflowTemplate/retrain"]
    with pytest.raises(ArgoError, match="CronWorkflow retrain refers to workflow template retrain"):
        check(without)
    with pytest.raises(ArgoError, match="Sensor landing refers to workflow template retrain"):
        check([manifest for manifest in without if manifest["kind"] != "CronWorkflow"])


def test_a_semaphore_without_its_config_map_is_refused(all_of_them: Flows) -> None:
    del all_of_them[f"ConfigMap/{SEMAPHORES}"]
    with pytest.raises(ArgoError, match="WorkflowTemplate retrain refers to semaphore semaphores/retrain"):
        check(list(all_of_them.values()))


def test_an_image_that_lost_its_digest_is_found_by_workflow_and_template(all_of_them: Flows) -> None:
    all_of_them["WorkflowTemplate/deploy"]["spec"]["templates"][0]["container"]["image"] = "runner:1"
    with pytest.raises(
        ArgoError, match="WorkflowTemplate deploy, template run: image 'runner:1' is not pinned"
    ):
        check(list(all_of_them.values()))


def test_a_container_without_bounds_is_refused(all_of_them: Flows) -> None:
    del all_of_them["WorkflowTemplate/deploy"]["spec"]["templates"][0]["container"]["resources"]["limits"]
    with pytest.raises(ArgoError, match="has no resource requests and limits"):
        check(list(all_of_them.values()))
