"""The blob service over HTTPS."""

from __future__ import annotations

from typing import Any

import pytest
import requests


@pytest.mark.xdist_group("api")
def test_storage_wants_a_token_for_storage(sandbox: Any) -> None:
    url = "https://stone.blob.core.azure.sandbox/azureml/x"
    assert requests.get(url, timeout=10).status_code == 401
    from azure.identity import DefaultAzureCredential

    credential = DefaultAzureCredential()
    wrong = credential.get_token(f"{sandbox.url}/.default").token
    right = credential.get_token("https://storage.azure.com/.default").token
    for token, status in ((wrong, 401), (right, 404)):
        response = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert response.status_code == status
