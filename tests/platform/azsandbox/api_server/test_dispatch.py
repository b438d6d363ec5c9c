"""Requests that the API server does not know."""

from __future__ import annotations

from typing import Any

import pytest
import requests

pytestmark = pytest.mark.xdist_group("api")


def test_an_operation_that_is_not_modelled_is_named(sandbox: Any, workspace: str) -> None:
    from azure.identity import DefaultAzureCredential

    token = DefaultAzureCredential().get_token(f"{sandbox.url}/.default").token
    path = f"{workspace}/batchEndpoints/b?api-version=2023-10-01"
    response = requests.put(
        f"{sandbox.url}{path}", json={}, headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert response.status_code == 501
    message = response.json()["error"]["message"]
    assert "PUT" in message
    assert "/batchEndpoints/b" in message
    assert "api-version 2023-10-01" in message
    unknown = requests.get(
        f"{sandbox.url}{workspace}/jobs/x?api-version=1999-01-01",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "InvalidResourceType"
    other = requests.get(
        f"{sandbox.url}{workspace.partition('/providers/')[0]}/providers/Microsoft.Network/loadBalancers/one"
        "?api-version=2024-05-01",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    assert other.status_code == 501
