"""Scoring requests through azure-ai-ml: authentication and traffic."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from azsandbox.arm import faults

pytestmark = pytest.mark.xdist_group("api")


@pytest.mark.slow
def test_requests_are_shared_among_deployments_as_the_traffic_says(
    ml: Any, endpoint: Any, deploy: Any, share: Any, score: Any, sandbox: Any, tmp_path: Path
) -> None:
    created = endpoint()
    for colour in ("blue", "green"):
        assert deploy(created.name, colour).provisioning_state == "Succeeded"
    assert ml.online_endpoints.get(created.name).traffic == {"blue": 0, "green": 0}
    created = share(created, blue=90, green=10)
    counts = Counter(score(created).headers["azureml-model-deployment"] for _ in range(20))
    assert counts == {"blue": 18, "green": 2}
    rows = tmp_path / "rows.json"
    rows.write_text('{"store": "A"}')
    answer = json.loads(ml.online_endpoints.invoke(created.name, request_file=str(rows)))
    assert answer == {"weights": "42", "colour": "blue", "rows": {"store": "A"}}
    named = score(created, **{"azureml-model-deployment": "green"})
    assert named.json()["colour"] == "green"
    faults.add(sandbox.subscription, "500", "/deployments/green/score", "any", 1)
    counts = Counter(score(created).status_code for _ in range(10))
    assert counts == {200: 9, 500: 1}
    assert "POST /score" in ml.online_deployments.get_logs("blue", created.name, lines=50)
    with pytest.raises(HttpResponseError, match="90 % of the endpoint's traffic"):
        ml.online_deployments.begin_delete("blue", created.name).result()
    created = share(created, green=100)
    ml.online_deployments.begin_delete("blue", created.name).result()
    assert [deployment.name for deployment in ml.online_deployments.list(created.name)] == ["green"]
    ml.online_endpoints.begin_delete(created.name).result()
    with pytest.raises(ResourceNotFoundError):
        ml.online_deployments.get("green", created.name)


def test_an_endpoint_without_a_deployment_answers_404(endpoint: Any, score: Any) -> None:
    response = score(endpoint())
    assert response.status_code == 404
    assert "does not have any valid deployment with positive weight" in response.text


def test_a_wrong_key_is_refused(endpoint: Any) -> None:
    created = endpoint()
    response = requests.post(
        created.scoring_uri, json={}, headers={"Authorization": "Bearer wrong"}, timeout=30
    )
    assert response.status_code == 401


def test_an_endpoint_with_entra_takes_the_users_token(
    ml: Any, endpoint: Any, deploy: Any, share: Any, tmp_path: Path
) -> None:
    created = endpoint(auth_mode="aad_token")
    deploy(created.name, "blue", managed=True)
    created = share(created, blue=100)
    rows = tmp_path / "rows.json"
    rows.write_text("[1]")
    assert json.loads(ml.online_endpoints.invoke(created.name, request_file=str(rows)))["rows"] == [1]
