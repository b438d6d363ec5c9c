"""Online endpoints through azure-ai-ml: the genuine inference server answers, by traffic."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from azsandbox.arm import faults
from azsandbox.arm_api.variables import Environment
from azsandbox.ml_api.processes import Processes
from azsandbox.ml_api.serving.servers import Servers

pytestmark = pytest.mark.xdist_group("api")

SCRIPT = """
import json, os, pathlib
def init():
    global weights
    found = sorted(pathlib.Path(os.environ["AZUREML_MODEL_DIR"]).glob("*/weights.txt"))
    weights = found[0].read_text()
def run(data):
    return {"weights": weights, "colour": os.environ["COLOUR"], "rows": json.loads(data)}
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "score.py").write_text(SCRIPT)
    (folder / "broken.py").write_text("raise ValueError('the model is too old')")
    (folder / "slow.py").write_text("import time\ntime.sleep(60)\n" + SCRIPT)
    return folder


@pytest.fixture
def model(entities: Any, ml: Any, unique: str, tmp_path: Path) -> Any:

    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.txt").write_text("42")
    return ml.models.create_or_update(
        entities.Model(name=f"model-{unique}", version="1", path=str(folder), type="custom_model")
    )


@pytest.fixture
def deploy(entities: Any, ml: Any, app: Path, model: Any, image: str) -> Callable[..., Any]:

    def make(endpoint: str, name: str, script: str = "score.py", **more: Any) -> Any:
        variables = {"AML_APP_ROOT": str(app), "AZUREML_ENTRY_SCRIPT": script, "COLOUR": name}
        deployment = entities.KubernetesOnlineDeployment(
            name=name,
            endpoint_name=endpoint,
            model=model.id,
            environment=image,
            environment_variables=variables,
            instance_count=1,
            **more,
        )
        return ml.online_deployments.begin_create_or_update(deployment).result()

    return make


@pytest.fixture
def endpoint(entities: Any, ml: Any, unique: str) -> Callable[..., Any]:

    def make(**more: Any) -> Any:
        made = entities.KubernetesOnlineEndpoint(
            name=f"e-{unique}", compute="aks", **{"auth_mode": "key", **more}
        )
        return ml.online_endpoints.begin_create_or_update(made).result()

    return make


def share(ml: Any, endpoint: Any, **traffic: int) -> Any:
    endpoint.traffic = traffic
    return ml.online_endpoints.begin_create_or_update(endpoint).result()


def score(ml: Any, endpoint: Any, **headers: str) -> requests.Response:
    key = ml.online_endpoints.get_keys(endpoint.name).primary_key
    given = {"Authorization": f"Bearer {key}", **headers}
    return requests.post(endpoint.scoring_uri, json={"store": "A"}, headers=given, timeout=30)


@pytest.mark.slow
def test_requests_are_shared_among_deployments_as_the_traffic_says(
    ml: Any, endpoint: Any, deploy: Any, sandbox: Any, tmp_path: Path
) -> None:
    made = endpoint()
    for colour in ("blue", "green"):
        assert deploy(made.name, colour).provisioning_state == "Succeeded"
    assert ml.online_endpoints.get(made.name).traffic == {"blue": 0, "green": 0}
    made = share(ml, made, blue=90, green=10)
    said = Counter(score(ml, made).headers["azureml-model-deployment"] for _ in range(20))
    assert said == {"blue": 18, "green": 2}
    rows = tmp_path / "rows.json"
    rows.write_text('{"store": "A"}')
    answer = json.loads(ml.online_endpoints.invoke(made.name, request_file=str(rows)))
    assert answer == {"weights": "42", "colour": "blue", "rows": {"store": "A"}}
    named = score(ml, made, **{"azureml-model-deployment": "green"})
    assert named.json()["colour"] == "green"
    faults.order(sandbox.subscription, "500", "/deployments/green/score", "any", 1)
    said = Counter(score(ml, made).status_code for _ in range(10))
    assert said == {200: 9, 500: 1}
    assert "POST /score" in ml.online_deployments.get_logs("blue", made.name, lines=50)
    with pytest.raises(HttpResponseError, match="90 % of the endpoint's traffic"):
        ml.online_deployments.begin_delete("blue", made.name).result()
    made = share(ml, made, green=100)
    ml.online_deployments.begin_delete("blue", made.name).result()
    assert [one.name for one in ml.online_deployments.list(made.name)] == ["green"]
    ml.online_endpoints.begin_delete(made.name).result()
    with pytest.raises(ResourceNotFoundError):
        ml.online_deployments.get("green", made.name)


def test_an_endpoint_without_a_deployment_answers_404(ml: Any, endpoint: Any) -> None:
    said = score(ml, endpoint())
    assert said.status_code == 404
    assert "does not have any valid deployment with positive weight" in said.text


@pytest.mark.parametrize("traffic", [{"blue": 60}, {"blue": 60, "green": 50}])
def test_traffic_that_does_not_add_up_is_refused(ml: Any, endpoint: Any, traffic: dict[str, int]) -> None:
    with pytest.raises(HttpResponseError, match="must to 0 or 100"):
        share(ml, endpoint(), **traffic)


def test_traffic_to_a_deployment_that_is_not_there_is_refused(ml: Any, endpoint: Any) -> None:
    with pytest.raises(HttpResponseError, match="does not exist"):
        share(ml, endpoint(), blue=100)


def test_a_deployment_whose_script_breaks_fails_with_its_log(ml: Any, endpoint: Any, deploy: Any) -> None:
    made = endpoint()
    with pytest.raises(HttpResponseError, match="the model is too old"):
        deploy(made.name, "blue", "broken.py")
    assert ml.online_deployments.get("blue", made.name).provisioning_state == "Failed"
    assert "the model is too old" in ml.online_deployments.get_logs("blue", made.name, lines=100)


def test_a_deployment_that_never_gets_ready_fails(entities: Any, endpoint: Any, deploy: Any) -> None:

    probe = entities.ProbeSettings(initial_delay=1, period=1, failure_threshold=2)
    with pytest.raises(HttpResponseError, match="did not get ready in 3 s"):
        deploy(endpoint().name, "blue", "slow.py", readiness_probe=probe)


def test_a_deployment_without_a_script_says_which_setting_names_it(endpoint: Any, deploy: Any) -> None:
    with pytest.raises(HttpResponseError, match="AZUREML_ENTRY_SCRIPT"):
        deploy(endpoint().name, "blue", "nowhere.py")


@pytest.mark.parametrize(
    ("said", "found"),
    [("/app/ml/serving", "ml/serving"), ("ml/serving", "ml/serving"), ("", "."), ("/app/nowhere", ".")],
)
def test_a_folder_of_the_image_is_looked_for_in_the_checkout(said: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "ml" / "serving").mkdir(parents=True)
    servers = Servers(
        Processes(tmp_path),
        Environment({}, {}),
        tmp_path / "home",
        tmp_path,
        lambda _: pytest.fail("not asked"),
    )
    assert servers._root(said) == tmp_path / found


def test_a_wrong_key_is_refused(endpoint: Any) -> None:
    made = endpoint()
    said = requests.post(made.scoring_uri, json={}, headers={"Authorization": "Bearer wrong"}, timeout=30)
    assert said.status_code == 401


def test_an_endpoint_with_entra_takes_the_users_token(
    ml: Any, endpoint: Any, deploy: Any, tmp_path: Path
) -> None:
    made = endpoint(auth_mode="aad_token")
    deploy(made.name, "blue")
    made = share(ml, made, blue=100)
    rows = tmp_path / "rows.json"
    rows.write_text("[1]")
    assert json.loads(ml.online_endpoints.invoke(made.name, request_file=str(rows)))["rows"] == [1]


def test_a_deployment_that_pulumi_declared_answers_too(
    ml: Any, sandbox: Any, app: Path, model: Any, image: str, unique: str, workspace: str
) -> None:
    place = {"endpointName": f"e-{unique}", "location": "westeurope"}
    properties = {"authMode": "Key", "compute": f"{workspace}/computes/aks"}
    sandbox.make("machinelearningservices:OnlineEndpoint", **place, properties=properties)
    variables = {"AML_APP_ROOT": str(app), "AZUREML_ENTRY_SCRIPT": "score.py", "COLOUR": "blue"}
    sandbox.make(
        "machinelearningservices:OnlineDeployment",
        **place,
        deploymentName="blue",
        sku={"name": "Default", "capacity": 1},
        properties={
            "endpointComputeType": "Kubernetes",
            "model": model.id,
            "environmentId": image,
            "environmentVariables": variables,
        },
    )
    made = share(ml, ml.online_endpoints.get(f"e-{unique}"), blue=100)
    assert score(ml, made).json()["colour"] == "blue"
