"""Argo from its pinned charts: images, accounts and their rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.argo.charts import Argo

Declare = Callable[[Callable[[], object]], Any]


def test_each_account_acts_as_its_own_identity_and_the_bus_as_none(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    accounts = {
        account.inputs["metadata"]["name"]: account.inputs
        for account in declare(argo).of_type("ServiceAccount")
    }
    clients = {
        name: inputs["metadata"].get("annotations", {}).get("azure.workload.identity/client-id")
        for name, inputs in accounts.items()
    }

    assert clients == {
        "sa-argo-workflow": "client-of-workflows",
        "sa-argo-infra": "client-of-infra",
        "sa-argo-events": None,
        "sa-argo-sources": "client-of-workflows",
        "sa-argo-bus": None,
        "sa-argo-server": "client-of-server",
    }
    without_token = {name for name in accounts if not accounts[name]["automountServiceAccountToken"]}
    assert without_token == {"sa-argo-sources", "sa-argo-bus"}


def test_workflows_write_results_and_sensors_create_workflows_and_nothing_else(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    rules = {
        role.inputs["metadata"]["name"]: [(rule["resources"], rule["verbs"]) for rule in role.inputs["rules"]]
        for role in declare(argo).of_type("Role")
    }

    assert rules["executor"] == [(["workflowtaskresults"], ["create", "patch"])]
    assert rules["submitter"] == [(["workflows"], ["create"])]


def test_charts_are_pinned_and_come_from_the_repository_or_the_mirror(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    public = declare(argo).inputs("argo-workflows")
    mirrored = declare(lambda: argo(chart_repository="oci://cr.example/helm")).inputs("argo-workflows")

    assert (public["chart"], public["version"]) == ("argo-workflows", "1.0.18")
    assert public["repositoryOpts"] == {"repo": "https://charts.example"}
    assert mirrored["chart"] == "oci://cr.example/helm/argo-workflows"
    assert "repositoryOpts" not in mirrored


def test_every_image_comes_from_the_mirror_where_there_is_one(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    declared = declare(lambda: argo(image_registry="cr.example"))

    values = declared.inputs("argo-workflows")["values"]
    assert values["controller"]["image"] == {"registry": "cr.example"}
    (bus,) = declared.inputs("argo-events")["values"]["configs"]["jetstream"]["versions"]
    assert all(image.startswith("cr.example/") for key, image in bus.items() if key.endswith("Image"))


@pytest.mark.parametrize(("high_availability", "replicas"), [(True, 2), (False, 1)])
def test_production_has_a_second_controller(
    declare: Declare, argo: Callable[..., Argo], *, high_availability: bool, replicas: int
) -> None:
    declared = declare(lambda: argo(high_availability=high_availability))

    assert declared.inputs("argo-workflows")["values"]["controller"]["replicas"] == replicas


def test_the_server_reads_archived_logs_as_an_identity_of_its_own(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    """Without the label on the pod, the webhook of workload identity gives it no token."""
    declared = declare(argo)

    server = declared.inputs("argo-workflows")["values"]["server"]
    assert server["podLabels"] == {"azure.workload.identity/use": "true"}
    assert server["serviceAccount"] == {"create": False, "name": "sa-argo-server"}
    account = declared.inputs("sa-sa-argo-server")
    assert account["metadata"]["namespace"] == declared.inputs("argo-workflows")["namespace"] == "argo"
    assert account["automountServiceAccountToken"] is True
    artefacts = declared.inputs("argo-workflows")["values"]["artifactRepository"]
    assert (artefacts["archiveLogs"], artefacts["azure"]["useSDKCreds"]) == (True, True)
