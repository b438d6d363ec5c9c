"""What Azure fills in for machines where a request says nothing, as recordings of 2019 to 2024 answer it."""

from __future__ import annotations

from typing import Any

_SYSTEM: dict[str, Any] = {
    "allowExtensionOperations": True,
    "linuxConfiguration?.disablePasswordAuthentication": False,
    "linuxConfiguration?.provisionVMAgent": True,
    "requireGuestProvisionSignal": True,
    "secrets": [],
    "windowsConfiguration?.provisionVMAgent": True,
}
VIRTUAL_MACHINE: dict[str, Any] = {
    **{f"osProfile?.{name}": value for name, value in _SYSTEM.items()},
    "storageProfile?.osDisk.caching": "ReadWrite",
    "storageProfile?.osDisk.createOption": "FromImage",
    "storageProfile?.osDisk.deleteOption": "Detach",
    "storageProfile?.dataDisks": [],
    "storageProfile?.dataDisks[].toBeDetached": False,
}
SCALE_SET: dict[str, Any] = {
    **{f"virtualMachineProfile?.osProfile?.{name}": value for name, value in _SYSTEM.items()},
}
