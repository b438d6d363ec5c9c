"""What Compute refuses about machines and scale sets: host names, credentials, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.facts import vm_sizes
from azsandbox.schema.validate import Problem
from azsandbox.services.compute import sizes

_LONGEST_WINDOWS_NAME = 15
_LONGEST_LINUX_NAME = 64


def _os_profile(inputs: Values) -> Values:
    profile = inputs.get("osProfile")
    return profile if isinstance(profile, dict) else {}


def host_name_within_limit(inputs: Values) -> Iterator[Problem]:
    name = _os_profile(inputs).get("computerName")
    if isinstance(name, str) and len(name) > _LONGEST_LINUX_NAME:
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but at most {_LONGEST_LINUX_NAME} are allowed",
        )


def windows_host_name_within_limit(inputs: Values) -> Iterator[Problem]:
    profile = _os_profile(inputs)
    name = profile.get("computerName") or inputs.get("vmName")
    if (
        profile.get("windowsConfiguration") is not None
        and isinstance(name, str)
        and len(name) > _LONGEST_WINDOWS_NAME
    ):
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but Windows allows at most {_LONGEST_WINDOWS_NAME}",
        )


def machine_has_credentials(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """A password, or a public SSH key where passwords are disabled."""
    profile = _os_profile(inputs)
    linux = profile.get("linuxConfiguration")
    if not profile:
        return
    if isinstance(linux, dict) and linux.get("disablePasswordAuthentication") is True:
        ssh = linux.get("ssh")
        if not (isinstance(ssh, dict) and ssh.get("publicKeys")):
            yield Problem(
                f"{prefix}osProfile.linuxConfiguration.ssh",
                "needs a public key: passwords are disabled",
                code="required",
            )
    elif profile.get("adminPassword") is None:
        yield Problem(
            f"{prefix}osProfile.adminPassword",
            "is required unless disablePasswordAuthentication is true",
            code="required",
        )


def scale_set_has_credentials(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("virtualMachineProfile")
    if isinstance(profile, dict):
        yield from machine_has_credentials(profile, "virtualMachineProfile.")


def machine_size_fits(inputs: Values) -> Iterator[Problem]:
    """The size exists, and supports the disks and the encryption that the machine asks for."""
    hardware, storage, security = (
        inputs[name] if isinstance(inputs.get(name), dict) else {}
        for name in ("hardwareProfile", "storageProfile", "securityProfile")
    )
    name = hardware.get("vmSize")
    yield from sizes.size_is_known(name, "hardwareProfile.vmSize", inputs.get("location"))
    yield from _disks_fit(name, storage, "storageProfile")
    if security.get("encryptionAtHost") is True:
        yield from sizes.encryption_at_host_is_supported(name, "securityProfile.encryptionAtHost")


def scale_set_size_fits(inputs: Values) -> Iterator[Problem]:
    sku, profile = inputs.get("sku"), inputs.get("virtualMachineProfile")
    name = sku.get("name") if isinstance(sku, dict) else None
    if name != "Mix":  # sizes are then listed in skuProfile
        yield from sizes.size_is_known(name, "sku.name", inputs.get("location"))
    storage = profile.get("storageProfile") if isinstance(profile, dict) else None
    if isinstance(storage, dict):
        yield from _disks_fit(name, storage, "virtualMachineProfile.storageProfile")


def _disks_fit(name: Any, storage: Values, path: str) -> Iterator[Problem]:
    size = vm_sizes.size(name) if isinstance(name, str) else None
    if size is not None:
        yield from sizes.disks_are_supported(size, storage, path)
    disk = storage.get("osDisk")
    ephemeral = disk.get("diffDiskSettings") if isinstance(disk, dict) else None
    if isinstance(disk, dict) and isinstance(ephemeral, dict) and ephemeral.get("option") == "Local":
        yield from sizes.ephemeral_disk_fits(name, disk.get("diskSizeGB"), f"{path}.osDisk.diffDiskSettings")
        if disk.get("caching") not in (None, "ReadOnly"):
            yield Problem(
                f"{path}.osDisk.caching",
                f"is {disk['caching']!r}, but an ephemeral OS disk needs ReadOnly (ephemeral OS disks)",
            )
