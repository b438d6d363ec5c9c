"""Assets and schedules of a workspace, through azure-ai-ml and through Pulumi's provider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

pytestmark = pytest.mark.xdist_group("api")


def test_the_sdk_sees_what_pulumi_declared(ml: Any, sandbox: Any, workspace: str, unique: str) -> None:
    assert ml.workspaces.get("mlw").location == "westeurope"
    assert ml.compute.get("aks").type == "kubernetes"
    container: dict[str, Any] = {"name": f"data-{unique}", "properties": {"dataType": "uri_folder"}}
    sandbox.make("machinelearningservices:DataContainer", **container)
    uri = f"azureml:/{workspace}/datastores/workspaceblobstore/paths/sales"
    container["properties"] = {"dataType": "uri_folder", "dataUri": uri}
    sandbox.make("machinelearningservices:DataVersion", **container, version="7")
    assert ml.data.get(f"data-{unique}", version="7").path == uri
    assert ml.data.get(f"data-{unique}", label="latest").version == "7"
    target = "jdbc:snowflake://acme.snowflakecomputing.com/?db=D&warehouse=W"
    sandbox.make(
        "machinelearningservices:WorkspaceConnection",
        connectionName=f"snow-{unique}",
        properties={
            "category": "Snowflake",
            "authType": "UsernamePassword",
            "target": target,
            "credentials": {"username": "u", "password": "fjord-and-kettle"},
        },
    )
    connection = next(
        connection for connection in ml.connections.list() if connection.name == f"snow-{unique}"
    )
    assert connection.target == target
    assert "fjord-and-kettle" not in str(connection._to_dict())


def test_pulumis_model_contains_what_the_sdk_created(sandbox: Any, image: str) -> None:
    environment = sandbox.subscription.get(image)
    assert environment.token == "azure-native:machinelearningservices:EnvironmentVersion"
    assert environment.inputs["properties"]["image"].startswith("crroast.azurecr.io/")
    assert environment.inputs["workspaceName"] == "mlw"


def test_the_content_of_a_version_is_immutable(component: Callable[..., Any], ml: Any, unique: str) -> None:
    name = f"say_{unique}"
    component(name, "echo one")
    assert component(name, "echo one").version == "1"  # the same content again is accepted
    with pytest.raises(HttpResponseError, match="Versions are immutable"):
        component(name, "echo two")
    component(name, "echo two", version="2")
    assert ml.components.get(name, label="latest").version == "2"
    assert [version.version for version in ml.components.list(name)] == ["2", "1"]
    assert ml.components.get(name, "1").command == "echo one"


def test_files_are_uploaded_downloaded_and_versioned(
    entities: Any, ml: Any, unique: str, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    (folder / "deep").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}")
    (folder / "deep" / "weights.bin").write_bytes(bytes(range(256)) * 20_000)
    ml.models.create_or_update(
        entities.Model(name=f"model-{unique}", path=str(folder), type="mlflow_model", version="3")
    )
    ml.models.download(f"model-{unique}", "3", download_path=str(tmp_path / "back"))
    back = tmp_path / "back" / f"model-{unique}" / "model"
    assert (back / "deep" / "weights.bin").read_bytes() == (folder / "deep" / "weights.bin").read_bytes()
    assert (back / "MLmodel").read_text() == "flavors: {}"
    for version in ("1", "2"):
        rows = tmp_path / f"rows-{version}.csv"
        rows.write_text(version)
        data = ml.data.create_or_update(entities.Data(name=f"rows-{unique}", path=str(rows), type="uri_file"))
        assert data.version == version


def test_an_archived_asset_is_not_listed(ml: Any, component: Callable[..., Any], unique: str) -> None:
    component(f"old_{unique}", "true")
    ml.components.archive(f"old_{unique}", version="1")
    assert list(ml.components.list(f"old_{unique}")) == []
    assert [version.version for version in ml.components.list(f"old_{unique}", list_view_type="ALL")] == ["1"]


def test_a_schedule_is_created_shown_and_disabled(
    entities: Any, sdk: Any, ml: Any, component: Callable[..., Any], unique: str
) -> None:
    say = component(f"say_{unique}", "echo night")

    @sdk.dsl.pipeline(default_compute="aks")
    def nightly():  # noqa: ANN202 - azure-ai-ml reads the annotations
        say()

    name = f"nightly-{unique}"
    schedule = entities.JobSchedule(
        name=name, trigger=entities.CronTrigger(expression="0 3 * * *"), create_job=nightly()
    )
    assert ml.schedules.begin_create_or_update(schedule).result().is_enabled
    assert ml.schedules.get(name).trigger.expression == "0 3 * * *"
    assert name in [schedule.name for schedule in ml.schedules.list()]
    assert ml.schedules.begin_disable(name).result().is_enabled is False
    ml.schedules.begin_delete(name).result()
    with pytest.raises(ResourceNotFoundError):
        ml.schedules.get(name)


def test_the_sdk_reads_a_schedule_that_the_program_declared(
    sandbox: Any, entities: Any, ml: Any, component: Callable[..., Any], workspace: str, unique: str
) -> None:
    say = component(f"say_{unique}", "echo month")
    pipeline = ml.components.create_or_update(
        entities.PipelineComponent(name=f"monthly_{unique}", version="1", jobs={"say": say()})
    )
    sandbox.make(
        "machinelearningservices:Schedule",
        name=f"retrain-{unique}",
        properties={
            "action": {
                "actionType": "CreateJob",
                "jobDefinition": {
                    "jobType": "Pipeline",
                    "componentId": pipeline.id,
                    "settings": {"default_compute": f"{workspace}/computes/aks"},
                },
            },
            "trigger": {
                "triggerType": "Recurrence",
                "frequency": "Month",
                "interval": 1,
                "schedule": {"hours": [6], "minutes": [0], "monthDays": [2]},
                "timeZone": "Eastern Standard Time",
            },
            "isEnabled": False,
        },
    )

    schedule = ml.schedules.get(f"retrain-{unique}")

    assert schedule.is_enabled is False
    assert (schedule.trigger.frequency, schedule.trigger.schedule.month_days) == ("month", [2])
    assert schedule.create_job.component.endswith(f"/components/monthly_{unique}/versions/1")
    assert schedule.create_job.settings.default_compute.endswith("aks")


def test_the_rules_of_the_model_apply_to_the_sdk_too(entities: Any, ml: Any, image: str) -> None:
    missing = image.replace("/image/", "/nothing/")
    with pytest.raises(HttpResponseError, match="was not found"):
        ml.components.create_or_update(
            entities.CommandComponent(name="lost", version="1", command="true", environment=missing)
        )
