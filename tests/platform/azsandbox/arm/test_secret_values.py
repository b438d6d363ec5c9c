"""Secrets that have no telling name are recognised by their value."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from azsandbox.arm.secret_values import is_secret
from azsandbox.arm.subscription import Resource, Subscription

KEY = base64.b64encode(bytes(range(64))).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY};EndpointSuffix=core.windows.net",
        f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey={KEY}",
        "Server=tcp:db,1433;User ID=sa;Password=Roast3d-Beans;Encrypt=true",
        "https://a.blob.core.windows.net/c/b?sv=2024-11-04&se=2030-01-01&sr=b&sp=r&sig=abcdefghij%3D",
        "sv=2024-11-04&ss=b&sig=abcdefghij%3D",
        "azcopy copy 'https://a.blob.core.windows.net/c?sp=r&sig=abcdefghij%3D' .",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb2FzdCJ9.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "snowflake://loader:Roast3d@org-account/db",
        KEY,
    ],
)
def test_a_secret_is_recognised_by_its_value(text: str) -> None:
    assert is_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "westeurope",
        "https://a.blob.core.windows.net/c/b?comp=list",
        "python train.py --key=rows --epochs 3",
        "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s/)",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 person@example.org",
        "azureml://datastores/workspaceblobstore/paths/rows",
        "requests | where resultCode >= 500 | summarize count() by bin(timestamp, 5m)",
        "InstrumentationKey=00000000-0000-0000-0000-000000000000",
    ],
)
def test_what_only_resembles_a_secret_stays_readable(text: str) -> None:
    assert not is_secret(text)


def test_no_secret_is_in_the_file_of_the_model_and_nobody_else_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "subscription.sqlite"
    subscription = Subscription.open(file)
    properties = {
        "description": f"AccountName=a;AccountKey={KEY}",
        "list": [{"WEBHOOK": f"https://x/?sig={KEY}"}],
    }
    stored = subscription.put(
        Resource(
            id="/subscriptions/s/resourceGroups/g", token="t", kind="k", inputs={"properties": properties}
        )
    )
    subscription.close()
    assert KEY.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert subscription.redactor.restore(stored.inputs, {"properties": properties}) == {
        "properties": properties
    }
