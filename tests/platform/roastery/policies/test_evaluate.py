"""Enforcement levels and settings: from a team's file, and by environment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.evaluate import PolicyConfig, PolicyConfigError, PolicyReport, evaluate
from roastery.policies.model import DeclaredResource

TODAY = dt.date(2026, 11, 23)
URN = "urn:pulumi:prod::p::azure-native:storage:StorageAccount::st"


def blocking(report: PolicyReport) -> set[str]:
    return {finding.policy.id for finding in report.blocking}


def test_settings_and_levels_come_from_a_file(tmp_path: Path, stack: Callable[..., Any]) -> None:
    file = tmp_path / "policies.json"
    file.write_text('{"allowed-region": {"regions": ["eastus2"]}, "storage-shared-key": "advisory"}')
    account = DeclaredResource(
        urn=URN, type=t.STORAGE, inputs={"location": "westus", "allowSharedKeyAccess": True}
    )
    report = evaluate(stack(account), config=PolicyConfig.read(file), today=TODAY)
    assert "allowed-region" in blocking(report)
    assert "storage-shared-key" in {finding.policy.id for finding in report.advice}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"nothing": "advisory"}', "'nothing' is not a policy"),
        ('{"tls-floor": "sometimes"}', "'sometimes' is not a level for tls-floor"),
        ('{"allowed-region": {"places": []}}', "has no setting places"),
        ("[", "can't be read"),
        ("[]", "must be one object"),
        ('{"all": "loudly"}', "'loudly' is not a level for all"),
        ('{"allowed-region": {"regions": "eastus2"}}', "allowed-region.regions: 'eastus2' is not of type"),
        ('{"vault-soft-delete-days": {"days": 3}}', "days: 3 is less than the minimum of 7"),
    ],
)
def test_a_wrong_config_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "policies.json"
    file.write_text(text)
    with pytest.raises(PolicyConfigError, match=message):
        PolicyConfig.read(file)


def test_all_stands_for_every_policy_without_an_entry(tmp_path: Path, stack: Callable[..., Any]) -> None:
    file = tmp_path / "policies.json"
    file.write_text('{"all": "advisory", "storage-shared-key": "mandatory", "storage-https": "disabled"}')
    inputs = {"allowSharedKeyAccess": True, "isLocalUserEnabled": True, "enableHttpsTrafficOnly": False}
    account = DeclaredResource(urn=URN, type=t.STORAGE, inputs=inputs)
    report = evaluate(stack(account), config=PolicyConfig.read(file), today=TODAY)
    assert blocking(report) == {"storage-shared-key"}
    assert "storage-local-users" in {finding.policy.id for finding in report.advice}
    assert "storage-https" not in {finding.policy.id for finding in report.findings}


def test_regions_are_compared_as_azure_writes_them_and_as_people_do(stack: Callable[..., Any]) -> None:
    account = DeclaredResource(urn=URN, type=t.STORAGE, inputs={"location": "East US 2"})
    for names, blocks in ((["eastus2"], False), (["East US 2"], False), (["eastus"], True)):
        config = PolicyConfig(settings={"allowed-region": {"regions": names}})
        report = evaluate(stack(account), config=config, today=TODAY)
        assert ("allowed-region" in blocking(report)) is blocks


def test_levels_are_those_of_the_environment(stack: Callable[..., Any]) -> None:
    account = DeclaredResource(urn=URN, type=t.STORAGE, inputs={"sku": {"name": "Standard_LRS"}})
    for environment, blocks in {"dev": False, "prod": True, "anything else": True}.items():
        report = evaluate(stack(account, environment=environment), today=TODAY)
        assert ("storage-redundancy" in blocking(report)) is blocks
