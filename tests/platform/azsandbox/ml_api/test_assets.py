"""Assets and what is attached to a workspace, through azure-ai-ml, in the model that Pulumi fills."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

pytestmark = pytest.mark.xdist_group("api")


def test_what_pulumi_declared_the_sdk_sees(ml: Any, sandbox: Any, workspace: str, unique: str) -> None:
    assert ml.workspaces.get("mlw").location == "westeurope"
    assert ml.compute.get("aks").type == "kubernetes"
    place: dict[str, Any] = {"name": f"data-{unique}", "properties": {"dataType": "uri_folder"}}
    sandbox.make("machinelearningservices:DataContainer", **place)
    uri = f"azureml:/{workspace}/datastores/workspaceblobstore/paths/sales"
    place["properties"] = {"dataType": "uri_folder", "dataUri": uri}
    sandbox.make("machinelearningservices:DataVersion", **place, version="7")
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
    found = next(one for one in ml.connections.list() if one.name == f"snow-{unique}")
    assert found.target == target
    assert "fjord-and-kettle" not in str(found._to_dict())


def test_what_the_sdk_put_is_there_for_pulumi(sandbox: Any, image: str) -> None:
    held = sandbox.subscription.get(image)
    assert held.token == "azure-native:machinelearningservices:EnvironmentVersion"
    assert held.inputs["properties"]["image"].startswith("crroast.azurecr.io/")
    assert held.inputs["workspaceName"] == "mlw"


def test_a_version_keeps_its_content(component: Callable[..., Any], ml: Any, unique: str) -> None:
    name = f"say_{unique}"
    component(name, "echo one")
    assert component(name, "echo one").version == "1"  # the same again is no change
    with pytest.raises(HttpResponseError, match="Versions are immutable"):
        component(name, "echo two")
    component(name, "echo two", version="2")
    assert ml.components.get(name, label="latest").version == "2"
    assert [one.version for one in ml.components.list(name)] == ["2", "1"]
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
        made = ml.data.create_or_update(entities.Data(name=f"rows-{unique}", path=str(rows), type="uri_file"))
        assert made.version == version


def test_an_archived_asset_is_not_listed(ml: Any, component: Callable[..., Any], unique: str) -> None:
    component(f"old_{unique}", "true")
    ml.components.archive(f"old_{unique}", version="1")
    assert list(ml.components.list(f"old_{unique}")) == []
    assert [one.version for one in ml.components.list(f"old_{unique}", list_view_type="ALL")] == ["1"]


def test_datastores_come_with_the_workspace_and_can_be_added(entities: Any, ml: Any, unique: str) -> None:

    assert ml.datastores.get_default().name == "workspaceblobstore"
    ml.datastores.create_or_update(
        entities.AzureBlobDatastore(name=f"lake_{unique}", account_name="stone", container_name="lake")
    )
    names = [one.name for one in ml.datastores.list()]
    assert {"workspaceblobstore", "workspaceartifactstore", f"lake_{unique}"} <= set(names)
    with pytest.raises(HttpResponseError, match="Storage account 'nobody'"):
        ml.datastores.create_or_update(
            entities.AzureBlobDatastore(name="other", account_name="nobody", container_name="lake")
        )


def test_a_schedule_is_made_shown_and_turned_off(
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
    assert name in [one.name for one in ml.schedules.list()]
    assert ml.schedules.begin_disable(name).result().is_enabled is False
    ml.schedules.begin_delete(name).result()
    with pytest.raises(ResourceNotFoundError):
        ml.schedules.get(name)


def test_a_schedule_that_the_program_declared_is_one_to_the_sdk(
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

    found = ml.schedules.get(f"retrain-{unique}")

    assert found.is_enabled is False
    assert (found.trigger.frequency, found.trigger.schedule.month_days) == ("month", [2])
    assert found.create_job.component.endswith(f"/components/monthly_{unique}/versions/1")
    assert found.create_job.settings.default_compute.endswith("aks")


def test_the_models_rules_hold_here_too(entities: Any, ml: Any, image: str) -> None:

    missing = image.replace("/image/", "/nothing/")
    with pytest.raises(HttpResponseError, match="was not found"):
        ml.components.create_or_update(
            entities.CommandComponent(name="lost", version="1", command="true", environment=missing)
        )
