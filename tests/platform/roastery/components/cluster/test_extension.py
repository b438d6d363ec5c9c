"""Settings of the Azure ML extension."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.components.cluster import extension
from roastery.components.cluster.router import SECRET


@pytest.mark.parametrize(("high_availability", "text"), [(True, "true"), (False, "false")])
def test_every_setting_of_the_extension_is_text(*, high_availability: bool, text: str) -> None:
    settings = extension.settings("aks-id", "aks", "eastus2", high_availability=high_availability)

    assert all(isinstance(value, str) for value in settings.values())
    assert settings["inferenceRouterHA"] == text
    assert settings["allowInsecureConnections"] == "false"
    assert settings["scoringFe.serviceType.internalLoadBalancer"] == "true"


def test_scoring_uses_the_named_certificate_and_host(attached: Any) -> None:
    settings = attached.inputs("azureml")["configurationSettings"]

    assert settings["scoringFe.sslSecret"] == SECRET
    assert settings["sslCname"] == "forecast.example.com"


def test_the_extension_waits_for_what_creates_its_certificate(attached: Any) -> None:
    assert attached.named("azureml").depends_on >= {"ns-azureml", "router-tls"}
