"""Ten mistakes, each a line of the real program changed, and what the sandbox says to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import roastery
from azsandbox import commands
from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("broken program"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]

ROOMS = Path(roastery.__path__[0])
# What is broken, in which file, the text there, what stands there instead, what the sandbox says.
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "Bastion's subnet has a name of our own": (
        "rooms/components/network/vnet.py",
        '_FIXED_NAMES = {"bastion": "AzureBastionSubnet"',
        '_FIXED_NAMES = {"bastion": "snet-bastion"',
        "must be placed in a subnet named AzureBastionSubnet, not '",
    ),
    "Bastion's NSG lacks the rule for its gateway manager": (
        "rooms/components/network/rules.py",
        '    inbound("GatewayManager", "GatewayManager", "443"),\n',
        "",
        "necessary rules for Azure Bastion Subnet AzureBastionSubnet. Missing: Inbound GatewayManager→*:443",
    ),
    "a private endpoint asks for a group that the service does not offer": (
        "rooms/components/network/endpoint.py",
        "group_ids=[group]",
        'group_ids=[f"{group}s"]',
        'Code="PrivateEndpointGroupIdNotValid"',
    ),
    "the vault's private zone is misspelt": (
        "rooms/components/network/dns.py",
        '"vault": ("privatelink.vaultcore.azure.net",)',
        '"vault": ("privatelink.vault.azure.net",)',
        "privatelink.vault.azure.net does not belong to it; it needs privatelink.vaultcore.azure.net",
    ),
    "purge protection is switched off": (
        "rooms/components/vault.py",
        "enable_purge_protection=True",
        "enable_purge_protection=False",
        "properties.enablePurgeProtection can't be false: leave it out or set it to true",
    ),
    "the cluster's network plug-in does not go with overlay": (
        "rooms/components/cluster/aks.py",
        'network_plugin="azure"',
        'network_plugin="kubenet"',
        "networkProfile.networkPluginMode is overlay, which needs networkPlugin azure, not kubenet",
    ),
    "a node pool has a hyphen in its name": (
        "rooms/components/cluster/aks.py",
        'agent_pool_name="jobs"',
        'agent_pool_name="jobs-pool"',
        "agentPoolName 'jobs-pool' is not a valid name: 1 to 12 lower-case letters and digits",
    ),
    "a role's id has a wrong digit": (
        "rooms/roles.py",
        "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "7f951dda-4ed3-4680-a7ca-43fe172d538e",
        "The specified role definition with ID '7f951dda-4ed3-4680-a7ca-43fe172d538e' does not exist",
    ),
    "the workspace's default storage is the lake": (
        "stacks/workbench.py",
        "storage_id=base.storage.id",
        "storage_id=base.lake.id",
        "is hierarchical (isHnsEnabled): the default storage of a workspace can't be",
    ),
    "a quota is in words": (
        "rooms/components/argo/namespace.py",
        '"requests.cpu": args.cpu',
        '"requests.cpu": "forty"',
        'spec.hard[requests.cpu] Invalid value: "forty": quantities must match',
    ),
}


@pytest.fixture(scope="module")
def breakable(project: Project) -> Project:
    """The project with a copy of the components too, which its program finds before the installed ones."""
    leave = shutil.ignore_patterns("cli", "policies", "__pycache__")
    shutil.copytree(ROOMS, project.root / "rooms", ignore=leave)
    entry = project.root / "stacks" / "__main__.py"
    found_first = f"import roastery\nroastery.__path__.insert(0, {str(project.root / 'rooms')!r})\n"
    future = "from __future__ import annotations\n"
    entry.write_text(entry.read_text().replace(future, future + found_first, 1))
    return project


@pytest.fixture
def broken(breakable: Project, request: pytest.FixtureRequest) -> Iterator[None]:
    name, old, new, _ = BROKEN[request.param]
    file = breakable.root / name
    text = file.read_text()
    assert text.count(old) == 1, f"{name} changed: this mistake no longer applies"
    file.write_text(text.replace(old, new))
    yield
    file.write_text(text)
    commands.reset(breakable, "prod")


@pytest.mark.parametrize(
    ("broken", "mistake"), [(name, name) for name in BROKEN], ids=BROKEN, indirect=["broken"]
)
@pytest.mark.usefixtures("broken")
def test_the_sandbox_refuses_a_broken_program(mistake: str, run: Callable[..., Outcome]) -> None:
    outcome = run("up", "prod")

    assert outcome.exit_code == 1
    assert any(BROKEN[mistake][3] in error for error in outcome.errors), outcome.errors
    assert not any("Traceback" in error for error in outcome.errors)
