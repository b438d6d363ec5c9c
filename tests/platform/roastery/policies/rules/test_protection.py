"""Trusted launch, and diagnostic settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]


def test_trusted_launch_needs_secure_boot_and_vtpm(problems: Problems, resource: Make) -> None:
    whole = {"secureBootEnabled": True, "vTpmEnabled": True}
    for switch in whole:
        profile = {"securityType": "TrustedLaunch", "uefiSettings": {**whole, switch: False}}
        violations = problems("trusted-launch", resource(t.MACHINE, securityProfile=profile))
        assert violations == [f"securityProfile.uefiSettings.{switch} is false, must be true"]


def test_logs_of_one_service_are_not_those_of_another_with_a_longer_name(
    resource: Make, stack: Callable[..., Any]
) -> None:
    rule = BY_ID["diagnostics-present"]
    assert rule.check_stack

    def missing(uri: str) -> bool:
        base = "/subscriptions/s/vaults/kv"
        vault = DeclaredResource(urn="urn:pulumi:prod::p::x::kv", type=t.VAULT, inputs={}, id=base)
        writes = {"workspaceId": "w", "logs": [{"enabled": True}], "resourceUri": base + uri}
        assert rule.check_stack
        return bool(list(rule.check_stack(stack(vault, resource(t.DIAGNOSTICS, **writes)), {})))

    assert not missing("")
    assert not missing("/blobServices/default")
    assert missing("2")
