"""Bastion, and a jump box that only Bastion reaches."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.machines import Tools
from roastery.components.network.bastion import Bastion, BastionArgs
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]
KEY = "ssh-rsa AAAA"


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup) -> Any:
    """Bastion and jump box of production."""
    args = BastionArgs(
        resource_group=group,
        bastion_subnet_id="bastion-subnet-id",
        jump_box_subnet_id="jump-box-subnet-id",
        size="Standard_D2s_v5",
        public_key=KEY,
        tools=Tools(image="cr.example/runner@sha256:1", state="azblob://state"),
        log_workspace_id="logs-id",
        zones=("1", "2", "3"),
    )
    return declare(lambda: Bastion("bastion", args))


def test_the_only_public_address_is_bastions(declared: Any) -> None:
    assert declared.names("PublicIPAddress") == {"pip-bastion"}
    (configuration,) = declared.inputs("nic-jump")["ipConfigurations"]
    assert "publicIPAddress" not in configuration
    assert configuration["subnet"]["id"] == "jump-box-subnet-id"


def test_bastion_opens_tunnels_for_entra_sign_ins(declared: Any) -> None:
    (bastion,) = declared.of_type("BastionHost")
    assert bastion.inputs["enableTunneling"] is True
    assert bastion.inputs["ipConfigurations"][0]["subnet"] == {"id": "bastion-subnet-id"}
    assert bastion.inputs["zones"] == ["1", "2", "3"]
    assert declared.inputs("vm-jump-entra")["type"] == "AADSSHLoginForLinux"


def test_nobody_signs_in_to_the_jump_box_with_a_password(declared: Any) -> None:
    profile = declared.inputs("vm-jump")["osProfile"]
    assert profile["linuxConfiguration"]["disablePasswordAuthentication"] is True
    assert "allowExtensionOperations" not in profile  # it would keep the extension for Entra out


def test_the_jump_box_is_encrypted_and_starts_trusted_code_only(declared: Any) -> None:
    security = declared.inputs("vm-jump")["securityProfile"]
    assert security["encryptionAtHost"] is True
    assert security["securityType"] == "TrustedLaunch"
    assert security["uefiSettings"] == {"secureBootEnabled": True, "vTpmEnabled": True}


def test_who_signed_in_to_what_is_logged(declared: Any) -> None:
    assert declared.names("DiagnosticSetting") == {"diag-pip-bastion", "diag-bastion"}


def test_people_get_their_tools_on_the_jump_box_after_the_extension_for_signing_in(declared: Any) -> None:
    """Both extensions install packages, and apt takes a single lock."""
    tools = declared.named("vm-jump-tools")
    script = base64.b64decode(tools.inputs["settings"]["script"]).decode()

    assert "vm-jump-entra" in tools.depends_on
    assert (tools.inputs["publisher"], tools.inputs["type"]) == ("Microsoft.Azure.Extensions", "CustomScript")
    assert "cr.example/runner@sha256:1" in script
