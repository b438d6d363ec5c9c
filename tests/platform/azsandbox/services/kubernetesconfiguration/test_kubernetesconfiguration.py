"""Cluster extensions: what the one of Azure ML needs, and one of a type per cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError

Inputs = Callable[..., dict[str, Any]]
EXTENSION = "kubernetesconfiguration:Extension"
TLS = {
    "allowInsecureConnections": "false",
    "scoringFe.sslSecret": "azureml-fe-tls",
    "sslCname": "forecast.example.com",
}


def test_the_extension_needs_the_settings_that_only_the_cli_adds(azure: Any, extension: Inputs) -> None:
    short = extension()
    del short["configurationSettings"]["clusterId"]
    (problem,) = azure.check(EXTENSION, **short)
    assert problem.warning
    assert "lacks clusterId" in problem.message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"allowInsecureConnections": "false"}, "enables inference without TLS"),
        ({**TLS, "sslCname": ""}, 'configurationSettings["sslCname"]'),
        ({"enableTraining": "false", "enableInference": "false"}, "enables neither training nor inference"),
    ],
)
def test_settings_of_the_azure_ml_extension_that_are_refused(
    azure: Any, extension: Inputs, changes: dict[str, str], words: str
) -> None:
    (problem,) = azure.errors(EXTENSION, **extension(**changes))
    assert words in problem


def test_a_certificate_among_the_protected_settings_is_tls_as_well(azure: Any, extension: Inputs) -> None:
    inputs = extension(allowInsecureConnections="false", sslCname="forecast.example.com")
    inputs["configurationProtectedSettings"] = {"scoringFe.sslCert": "PEM"}
    assert azure.errors(EXTENSION, **inputs) == []


@pytest.mark.usefixtures("cluster")
def test_a_cluster_has_one_extension_of_a_type(azure: Any, extension: Inputs) -> None:
    azure.make(EXTENSION, **extension())
    with pytest.raises(ArmError, match="already installed in the cluster as 'azureml'") as refusal:
        azure.make(EXTENSION, **{**extension(), "extensionName": "second"})
    assert refusal.value.code == "ExtensionAlreadyExists"


def test_an_extension_needs_its_cluster(azure: Any, extension: Inputs) -> None:
    assert azure.refusal(EXTENSION, **extension()) == "ResourceNotFound"
