"""Levels and settings: a team's file, and what the environment makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import evaluate
from roastery.policies import tokens as t
from roastery.policies.evaluate import Configured, PolicyConfigError, Report
from roastery.policies.model import Resource

TODAY = dt.date(2026, 11, 23)
URN = "urn:pulumi:prod::p::azure-native:storage:StorageAccount::st"


def blocking(report: Report) -> set[str]:
    return {one.policy.id for one in report.blocking}


def test_settings_and_levels_come_from_a_file(tmp_path: Path, stack: Callable[..., Any]) -> None:
    file = tmp_path / "policies.json"
    file.write_text('{"allowed-region": {"regions": ["eastus2"]}, "storage-shared-key": "advisory"}')
    account = Resource(urn=URN, type=t.STORAGE, inputs={"location": "westus", "allowSharedKeyAccess": True})
    report = evaluate.evaluate(stack(account), configured=Configured.read(file), today=TODAY)
    assert "allowed-region" in blocking(report)
    assert "storage-shared-key" in {one.policy.id for one in report.advice}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"nothing": "advisory"}', "there is no policy nothing"),
        ('{"tls-floor": "sometimes"}', "has no level 'sometimes'"),
        ('{"allowed-region": {"places": []}}', "has no setting places"),
        ("[", "can't be read"),
        ("[]", "must hold one object"),
        ('{"all": "loudly"}', "all has no level 'loudly'"),
        ('{"allowed-region": {"regions": "eastus2"}}', "allowed-region.regions: 'eastus2' is not of type"),
        ('{"vault-soft-delete-days": {"days": 3}}', "days: 3 is less than the minimum of 7"),
    ],
)
def test_a_wrong_config_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "policies.json"
    file.write_text(text)
    with pytest.raises(PolicyConfigError, match=words):
        Configured.read(file)


def test_all_stands_for_every_policy_that_is_not_named(tmp_path: Path, stack: Callable[..., Any]) -> None:
    file = tmp_path / "policies.json"
    file.write_text('{"all": "advisory", "storage-shared-key": "mandatory", "storage-https": "disabled"}')
    inputs = {"allowSharedKeyAccess": True, "isLocalUserEnabled": True, "enableHttpsTrafficOnly": False}
    account = Resource(urn=URN, type=t.STORAGE, inputs=inputs)
    report = evaluate.evaluate(stack(account), configured=Configured.read(file), today=TODAY)
    assert blocking(report) == {"storage-shared-key"}
    assert "storage-local-users" in {one.policy.id for one in report.advice}
    assert "storage-https" not in {one.policy.id for one in report.findings}


def test_regions_are_compared_as_azure_writes_them_and_as_people_do(stack: Callable[..., Any]) -> None:
    account = Resource(urn=URN, type=t.STORAGE, inputs={"location": "East US 2"})
    for names, found in ((["eastus2"], False), (["East US 2"], False), (["eastus"], True)):
        configured = Configured(settings={"allowed-region": {"regions": names}})
        report = evaluate.evaluate(stack(account), configured=configured, today=TODAY)
        assert ("allowed-region" in blocking(report)) is found


def test_levels_are_those_of_the_environment(stack: Callable[..., Any]) -> None:
    account = Resource(urn=URN, type=t.STORAGE, inputs={"sku": {"name": "Standard_LRS"}})
    for environment, found in {"dev": False, "prod": True, "anything else": True}.items():
        report = evaluate.evaluate(stack(account, environment=environment), today=TODAY)
        assert ("storage-redundancy" in blocking(report)) is found
