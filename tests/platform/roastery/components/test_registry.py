"""The container registry: private, without an admin user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from typing import Any

import pytest

from roastery.components.network.endpoint import PrivateAccess
from roastery.components.registry import Registry, RegistryArgs
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def registry(group: ResourceGroup, private_access: Callable[..., PrivateAccess]) -> Callable[..., Registry]:
    """Declares a registry; to be called by the program."""

    def build(public_access: Sequence[IPv4Network] = (), *, zone_redundant: bool = True) -> Registry:
        return Registry(
            "registry",
            RegistryArgs(
                resource_group=group,
                private_access=private_access("registry"),
                log_workspace_id="logs-id",
                zone_redundant=zone_redundant,
                public_access=public_access,
            ),
        )

    return build


def test_nobody_signs_in_with_a_password_and_nobody_anonymously(
    declare: Declare, registry: Callable[..., Registry]
) -> None:
    inputs = declare(registry).inputs("cr")

    assert inputs["adminUserEnabled"] is False
    assert inputs["anonymousPullEnabled"] is False
    assert inputs["sku"] == {"name": "Premium"}  # a private endpoint needs it


def test_a_private_registry_exports_nothing(declare: Declare, registry: Callable[..., Registry]) -> None:
    declared = declare(registry)

    inputs = declared.inputs("cr")
    assert inputs["publicNetworkAccess"] == "Disabled"
    assert inputs["networkRuleSet"]["defaultAction"] == "Deny"
    assert inputs["policies"]["exportPolicy"] == {"status": "disabled"}
    assert declared.names("PrivateEndpoint") == {"pep-registry"}


def test_public_ranges_are_the_only_ones_admitted(
    declare: Declare, registry: Callable[..., Registry], office: IPv4Network
) -> None:
    inputs = declare(lambda: registry([office])).inputs("cr")

    assert inputs["publicNetworkAccess"] == "Enabled"
    assert inputs["networkRuleSet"]["ipRules"] == [{"action": "Allow", "iPAddressOrRange": "198.51.100.0/24"}]
    assert inputs["policies"]["exportPolicy"] == {"status": "enabled"}


@pytest.mark.parametrize(("zone_redundant", "value"), [(True, "Enabled"), (False, "Disabled")])
def test_copies_in_other_zones_are_a_setting(
    declare: Declare, registry: Callable[..., Registry], *, zone_redundant: bool, value: str
) -> None:
    inputs = declare(lambda: registry(zone_redundant=zone_redundant)).inputs("cr")

    assert inputs["zoneRedundancy"] == value


def test_a_registry_is_logged_named_tagged_and_protected(
    declare: Declare, registry: Callable[..., Registry], group: ResourceGroup
) -> None:
    declared = declare(registry)

    registration = declared.named("cr")
    assert registration.inputs["registryName"] == group.names.of("container registry")
    assert registration.inputs["tags"] == {"owner": "forecasting"}
    assert registration.protect is True
    assert declared.inputs("diag-cr")["resourceUri"] == "cr-id"
