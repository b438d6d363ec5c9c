"""Sign-in to the cluster's API server."""

from __future__ import annotations

import base64
import json
from typing import Literal

import pytest
import yaml

from roastery.components.cluster.access import SERVER_ID, kubeconfig


@pytest.mark.parametrize("login", ["azurecli", "workloadidentity", "msi"])
def test_kubelogin_replaces_the_certificate_of_the_kubeconfig(
    login: Literal["azurecli", "workloadidentity", "msi"],
) -> None:
    original = {"users": [{"name": "aks", "user": {"client-certificate-data": "secret"}}]}
    encoded = base64.b64encode(yaml.safe_dump(original).encode()).decode()

    (user,) = json.loads(kubeconfig(encoded, login))["users"]

    assert "secret" not in str(user)
    assert user["user"]["exec"]["command"] == "kubelogin"
    assert user["user"]["exec"]["args"] == ["get-token", "--login", login, "--server-id", SERVER_ID]
