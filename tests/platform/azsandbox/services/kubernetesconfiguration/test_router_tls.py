"""The certificate that Azure ML's inference router is told to use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError

Inputs = Callable[..., dict[str, Any]]
EXTENSION = "kubernetesconfiguration:Extension"
TLS = {
    "allowInsecureConnections": "false",
    "scoringFe.sslSecret": "azureml-fe-tls",
    "sslCname": "forecast.example.com",
}
SECRET = {"metadata": {"name": "azureml-fe-tls"}, "data": {"cert.pem": "YQ==", "key.pem": "Yg=="}}
CLASS = {
    "metadata": {"name": "router"},
    "spec": {
        "secretObjects": [{"secretName": "azureml-fe-tls", "data": [{"key": "cert.pem"}, {"key": "key.pem"}]}]
    },
}
POD = {
    "spec": {
        "volumes": [
            {
                "csi": {
                    "driver": "secrets-store.csi.k8s.io",
                    "volumeAttributes": {"secretProviderClass": "router"},
                }
            }
        ]
    }
}


@pytest.fixture
def refusal(azure: Any, cluster: Any, extension: Inputs) -> Callable[..., str | None]:
    """Why the extension is refused, with these objects in a namespace of its cluster."""

    def install(objects: dict[str, Any], namespace: str = "azureml") -> str | None:
        for kind, inputs in objects.items():
            name = inputs.get("metadata", {}).get("name", "mounts")
            azure.subscription.put(
                Resource(
                    id=f"{cluster.id}/kubernetes/v1/{kind}/{namespace}/{name}",
                    token=f"kubernetes:core/v1:{kind}",
                    kind=f"kubernetes/{kind}",
                    inputs=inputs,
                )
            )
        try:
            azure.make(EXTENSION, **extension(**TLS))
        except ArmError as error:
            return str(error)
        return None

    return install


def test_a_secret_with_certificate_and_key_is_used(refusal: Callable[..., str | None]) -> None:
    assert refusal({"Secret": SECRET}) is None


def test_a_class_that_a_pod_mounts_makes_the_secret(refusal: Callable[..., str | None]) -> None:
    assert refusal({"SecretProviderClass": CLASS, "Deployment": {"spec": {"template": POD}}}) is None


@pytest.mark.parametrize(
    ("objects", "namespace", "words"),
    [
        ({}, "azureml", "does not exist in namespace azureml"),
        ({"Secret": SECRET}, "default", "does not exist in namespace azureml"),
        ({"SecretProviderClass": CLASS}, "azureml", "does not exist in namespace azureml"),
        ({"Secret": {**SECRET, "data": {"tls.crt": "YQ==", "key.pem": "Yg=="}}}, "azureml", "lacks cert.pem"),
    ],
    ids=["nobody makes it", "another namespace", "no pod mounts the class", "another key"],
)
def test_without_the_secret_the_installation_fails(
    objects: dict[str, Any], namespace: str, words: str, refusal: Callable[..., str | None]
) -> None:
    message = refusal(objects, namespace)

    assert message is not None
    assert "ExtensionOperationFailed" in message
    assert words in message
