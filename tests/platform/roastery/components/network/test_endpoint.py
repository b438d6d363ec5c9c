"""Private endpoints and their DNS records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from roastery.components.network.endpoint import PrivateAccess, private_endpoint

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def declared(declare: Declare, private_access: Callable[..., PrivateAccess]) -> Any:
    """An endpoint of a workspace, which has two zones."""

    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "workspace")
        private_endpoint(private_access("amlworkspace"), "mlw", "amlworkspace", "mlw-id", parent)

    return declare(program)


def test_an_endpoint_is_in_the_subnet_of_private_endpoints(declared: Any) -> None:
    registration = declared.named("pep-mlw-amlworkspace")

    assert registration.inputs["subnet"]["id"] == "subnet-id"
    assert registration.inputs["privateEndpointName"] == "pep-roastery-mlw-amlworkspace-prod-eus2"
    assert registration.inputs["customNetworkInterfaceName"].startswith("nic-roastery-pep-mlw")
    assert registration.parent == "workspace"


def test_an_endpoint_leads_to_one_group_of_the_service(declared: Any) -> None:
    (connection,) = declared.inputs("pep-mlw-amlworkspace")["privateLinkServiceConnections"]

    assert (connection["groupIds"], connection["privateLinkServiceId"]) == (["amlworkspace"], "mlw-id")


def test_its_records_are_written_to_every_zone_of_the_group(declared: Any) -> None:
    registration = declared.named("dns-mlw-amlworkspace")

    assert [zone["privateDnsZoneId"] for zone in registration.inputs["privateDnsZoneConfigs"]] == [
        "zone-privatelink.api.azureml.ms-id",
        "zone-privatelink.notebooks.azure.net-id",
    ]
    assert registration.parent == "pep-mlw-amlworkspace"
    # Without the link names would still resolve to public addresses.
    assert "link-privatelink.api.azureml.ms" in registration.depends_on


def test_a_service_with_the_name_of_its_group_is_named_once(
    declare: Declare, private_access: Callable[..., PrivateAccess]
) -> None:
    def program() -> None:
        parent = pulumi.ComponentResource("tests:index:Parent", "parent")
        private_endpoint(private_access("vault"), "vault", "vault", "kv-id", parent)

    assert declare(program).names("PrivateEndpoint") == {"pep-vault"}
