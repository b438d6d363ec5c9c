"""A fresh subscription refuses Pulumi's genuine engine until providers are registered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from azsandbox import commands
from azsandbox.arm import registrations
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import SandboxError
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

TINY = Path(__file__).parent / "tiny"
NAMESPACES = ("ContainerService", "KeyVault", "ManagedIdentity", "Network", "Storage")
SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"  # of the tiny program's stack file
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


def project_with(setting: object, folder: Path) -> Project:
    """The tiny program, whose stack file has this value of `azsandbox:subscription`."""
    shutil.copytree(TINY, folder / "tiny", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "tiny" / "Pulumi.dev.yaml"
    content = yaml.safe_load(file.read_text()) or {}
    content.setdefault("config", {})["azsandbox:subscription"] = setting
    file.write_text(yaml.safe_dump(content))
    return Project(root=folder / "tiny")


def test_a_fresh_subscription_is_deployed_to_once_its_providers_are_registered(tmp_path: Path) -> None:
    project = project_with({"fresh": True}, tmp_path)
    refused = commands.operate(project, "up", "dev", quiet=True)
    assert refused.exit_code != 0
    assert any("MissingSubscriptionRegistration" in error for error in refused.errors)
    subscription = Subscription.open(project.model)
    for kind in {resource.kind for resource in subscription.all()}:
        assert kind == "microsoft.resources/resourcegroups"
    for namespace in NAMESPACES:
        registrations.register_provider(subscription, SUBSCRIPTION, f"Microsoft.{namespace}")
    subscription.close()
    taken = commands.operate(project, "up", "dev", quiet=True)
    assert (taken.exit_code, taken.errors) == (0, [])


def test_a_setting_that_is_not_valid_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"azsandbox:subscription in Pulumi\.dev\.yaml is 'stale'"):
        commands.operate(project_with("stale", tmp_path), "up", "dev", quiet=True)
