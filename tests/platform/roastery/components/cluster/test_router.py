"""TLS and address of Azure ML's inference router."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from roastery.components.cluster import router

CLASS = "secrets-router-tls"


def test_certificate_and_key_come_from_the_vault_under_the_names_that_the_extension_reads(
    attached: Any,
) -> None:
    spec = attached.inputs(CLASS)["spec"]
    (secret,) = spec["secretObjects"]

    assert attached.inputs(CLASS)["metadata"]["namespace"] == "azureml"
    assert secret["secretName"] == router.SECRET
    assert {entry["key"]: entry["objectName"] for entry in secret["data"]} == {
        "cert.pem": "endpoint-certificate",
        "key.pem": "endpoint-key",
    }
    assert spec["parameters"]["clientID"] == "router-client"


def test_a_pod_mounts_the_class_because_the_driver_creates_the_secret_only_then(attached: Any) -> None:
    deployment = attached.named("router-tls")
    pod = deployment.inputs["spec"]["template"]["spec"]
    (volume,) = pod["volumes"]

    assert volume["csi"]["volumeAttributes"] == {"secretProviderClass": "router-tls"}
    assert pod["serviceAccountName"] == router.ACCOUNT
    assert deployment.depends_on >= {CLASS, router.ACCOUNT, "router-tls-deny"}


def test_the_pod_may_talk_to_nobody(attached: Any) -> None:
    spec = attached.inputs("router-tls-deny")["spec"]

    assert spec == {
        "podSelector": {"matchLabels": {"app": "router-tls"}},
        "policyTypes": ["Ingress", "Egress"],
    }


def test_the_host_name_leads_to_the_routers_address_and_hides_no_other_name(attached: Any) -> None:
    record = attached.inputs("record-forecast.example.com")

    assert attached.inputs("zone-forecast.example.com")["privateZoneName"] == "forecast.example.com"
    assert "link-forecast.example.com" in {registration.name for registration in attached}
    assert (record["recordType"], record["relativeRecordSetName"]) == ("A", "@")
    assert record["aRecords"] == [{"ipv4Address": "10.40.3.254"}]


@pytest.mark.parametrize("status", [None, SimpleNamespace(load_balancer=SimpleNamespace(ingress=[]))])
def test_a_router_without_an_address_says_what_to_wait_for(status: Any) -> None:
    with pytest.raises(pulumi.RunError, match="get service azureml-fe"):
        router.load_balancer_address(status)
