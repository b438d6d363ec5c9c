"""Virtual machines and scale sets: host names and credentials."""

from __future__ import annotations

from typing import Any

import pytest

MACHINE = "compute:VirtualMachine"
KEY = {"ssh": {"publicKeys": [{"keyData": "ssh-ed25519 AAAA", "path": "/home/me/.ssh/authorized_keys"}]}}
LINUX = {"disablePasswordAuthentication": True, **KEY}


NETWORK = {
    "networkApiVersion": "2022-11-01",
    "networkInterfaceConfigurations": [{"name": "nic", "ipConfigurations": [{"name": "ip"}]}],
}


def machine(**os_profile: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "vmName": "jump",
        "osProfile": {"adminUsername": "me", **os_profile},
        "networkProfile": NETWORK,
    }


@pytest.mark.parametrize(
    "os_profile",
    [{"linuxConfiguration": LINUX}, {"computerName": "jump", "adminPassword": "From the vault 1"}],
)
def test_a_machine_signs_in_with_a_key_or_a_password(azure: Any, os_profile: dict[str, Any]) -> None:
    assert azure.make(MACHINE, **machine(**os_profile)).outputs["vmId"]


@pytest.mark.parametrize(
    ("os_profile", "words"),
    [
        ({}, "osProfile.adminPassword is required unless disablePasswordAuthentication is true"),
        (
            {"linuxConfiguration": {"disablePasswordAuthentication": True}},
            "osProfile.linuxConfiguration.ssh needs a public key: passwords are disabled",
        ),
        (
            {"computerName": "x" * 65, "linuxConfiguration": LINUX},
            "has 65 characters, but at most 64 are allowed",
        ),
        (
            {"computerName": "x" * 16, "adminPassword": "p", "windowsConfiguration": {}},
            "has 16 characters, but Windows allows at most 15",
        ),
    ],
)
def test_machines_that_azure_refuses(azure: Any, os_profile: dict[str, Any], words: str) -> None:
    problems = azure.errors(MACHINE, **machine(**os_profile))
    assert any(words in problem for problem in problems), problems


def test_a_scale_set_needs_credentials_as_well(azure: Any) -> None:
    inputs = {"resourceGroupName": "rg", "vmScaleSetName": "runners"}
    profile = {"osProfile": {"adminUsername": "me"}}
    problems = azure.errors("compute:VirtualMachineScaleSet", **inputs, virtualMachineProfile=profile)
    assert problems[0].startswith("virtualMachineProfile.osProfile.adminPassword is required")


def test_a_machines_network_interface_exists(azure: Any, group: str) -> None:
    interface = f"{group}/providers/Microsoft.Network/networkInterfaces/none"
    profile = {"networkInterfaces": [{"id": interface}]}
    code = azure.refusal(MACHINE, **{**machine(linuxConfiguration=LINUX), "networkProfile": profile})
    assert code == "NotFound"
