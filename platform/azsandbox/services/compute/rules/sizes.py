"""What Compute refuses about sizes: that they do not exist, or lack what a machine asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.model import Values
from azsandbox.facts import vm_sizes
from azsandbox.schema.validate import Problem
from azsandbox.services.compute import sizes


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
