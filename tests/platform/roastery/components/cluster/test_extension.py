"""Settings of the Azure ML extension."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.components.cluster import extension


@pytest.mark.parametrize(("high_availability", "text"), [(True, "true"), (False, "false")])
def test_every_setting_of_the_extension_is_text(*, high_availability: bool, text: str) -> None:
    settings = extension.settings("aks-id", "aks", "eastus2", high_availability=high_availability)

    assert all(isinstance(value, str) for value in settings.values())
    assert settings["inferenceRouterHA"] == text
    assert settings["allowInsecureConnections"] == "false"
    assert settings["scoringFe.serviceType.internalLoadBalancer"] == "true"


def test_scoring_uses_the_named_certificate(attached: Any) -> None:
    assert attached.inputs("azureml")["configurationSettings"]["scoringFe.sslSecret"] == "tls"
