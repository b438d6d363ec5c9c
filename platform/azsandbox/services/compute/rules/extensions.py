"""What Compute refuses about extensions of machines.

The well-known types, with their publishers and the system that they are for: read on 2026-12-01 from
learn.microsoft.com/azure/virtual-machines/extensions (overview, and a page for each).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_MONITOR, _SECURITY = "Microsoft.Azure.Monitor", "Microsoft.Azure.Security"
KNOWN: dict[str, tuple[str, str]] = {  # type → publisher, system
    "AADSSHLoginForLinux": ("Microsoft.Azure.ActiveDirectory", "Linux"),
    "AADLoginForWindows": ("Microsoft.Azure.ActiveDirectory", "Windows"),
    "CustomScript": ("Microsoft.Azure.Extensions", "Linux"),
    "CustomScriptExtension": ("Microsoft.Compute", "Windows"),
    "AzureMonitorLinuxAgent": (_MONITOR, "Linux"),
    "AzureMonitorWindowsAgent": (_MONITOR, "Windows"),
    "DependencyAgentLinux": ("Microsoft.Azure.Monitoring.DependencyAgent", "Linux"),
    "DependencyAgentWindows": ("Microsoft.Azure.Monitoring.DependencyAgent", "Windows"),
    "KeyVaultForLinux": ("Microsoft.Azure.KeyVault", "Linux"),
    "KeyVaultForWindows": ("Microsoft.Azure.KeyVault", "Windows"),
    "NvidiaGpuDriverLinux": ("Microsoft.HpcCompute", "Linux"),
    "NvidiaGpuDriverWindows": ("Microsoft.HpcCompute", "Windows"),
    "ApplicationHealthLinux": ("Microsoft.ManagedServices", "Linux"),
    "ApplicationHealthWindows": ("Microsoft.ManagedServices", "Windows"),
    "AzureDiskEncryptionForLinux": (_SECURITY, "Linux"),
    "AzureDiskEncryption": (_SECURITY, "Windows"),
    "IaaSAntimalware": (_SECURITY, "Windows"),
    "DSC": ("Microsoft.Powershell", "Windows"),
    "VMAccessForLinux": ("Microsoft.OSTCExtensions", "Linux"),
    "VMAccessAgent": ("Microsoft.Compute", "Windows"),
    "BGInfo": ("Microsoft.Compute", "Windows"),
    "JsonADDomainExtension": ("Microsoft.Compute", "Windows"),
    "NetworkWatcherAgentLinux": ("Microsoft.Azure.NetworkWatcher", "Linux"),
    "NetworkWatcherAgentWindows": ("Microsoft.Azure.NetworkWatcher", "Windows"),
    "ConfigurationforLinux": ("Microsoft.GuestConfiguration", "Linux"),
    "ConfigurationforWindows": ("Microsoft.GuestConfiguration", "Windows"),
}
_BY_NAME = {name.lower(): (name, *facts) for name, facts in KNOWN.items()}
_NEEDS_SYSTEM_IDENTITY = frozenset({"aadsshloginforlinux", "aadloginforwindows"})
_NEEDS_IDENTITY = frozenset({"azuremonitorlinuxagent", "azuremonitorwindowsagent"})


def extension_is_complete(inputs: Values) -> Iterator[Problem]:
    for name in ("publisher", "type", "typeHandlerVersion"):
        if inputs.get(name) is None:
            yield Problem(name, "is required", code="required")
    version = inputs.get("typeHandlerVersion")
    if isinstance(version, str) and not re.fullmatch(r"\d+(\.\d+){1,3}", version):
        yield Problem("typeHandlerVersion", f"{version!r} is not a version such as 1.0")


def publisher_is_the_types_own(inputs: Values) -> Iterator[Problem]:
    kind, publisher = inputs.get("type"), inputs.get("publisher")
    known = _BY_NAME.get(kind.lower()) if isinstance(kind, str) else None
    if known and isinstance(publisher, str) and publisher.lower() != known[1].lower():
        yield Problem("publisher", f"{publisher!r} has no extension {known[0]}: its publisher is {known[1]}")


def machine_takes_extensions(request: Request) -> None:
    profile = request.parent.inputs.get("osProfile") if request.parent else None
    if not isinstance(profile, dict):
        return
    agents = [
        walk.value(profile, f"{system}Configuration.provisionVMAgent") for system in ("linux", "windows")
    ]
    if profile.get("allowExtensionOperations") is False or False in agents:
        raise ArmError(
            409,
            "OperationNotAllowed",
            "This operation cannot be performed when extension operations are disallowed. To allow, "
            "please ensure VM "
            "Agent is installed on the VM and the osProfile.allowExtensionOperations property is true.",
        )


def extension_fits_the_machine(request: Request) -> None:
    """Its system, and the identity that it signs in with."""
    machine, kind = request.parent, str(request.inputs.get("type")).lower()
    known = _BY_NAME.get(kind)
    if machine is None or known is None:
        return
    system = _system(machine)
    if system and system != known[2]:
        raise ArmError(
            400,
            "VMExtensionHandlerNonTransientError",
            f"The extension {known[0]} is for {known[2]}, but '{machine.name}' runs {system}.",
        )
    identity: Any = machine.inputs.get("identity")
    kind_of_identity = str(identity.get("type") if isinstance(identity, dict) else "None").lower()
    lacks_system = kind in _NEEDS_SYSTEM_IDENTITY and "systemassigned" not in kind_of_identity
    if lacks_system or (kind in _NEEDS_IDENTITY and kind_of_identity in ("none", "")):
        raise ArmError(
            400,
            "VMExtensionProvisioningError",
            f"The extension {known[0]} signs in with the managed identity of '{machine.name}', which has "
            "none: set "
            "identity.type SystemAssigned on the machine.",
        )


def _system(machine: Resource) -> str | None:
    profile = machine.inputs.get("osProfile")
    if not isinstance(profile, dict):
        return None
    if profile.get("windowsConfiguration") is not None:
        return "Windows"
    return "Linux" if profile.get("linuxConfiguration") is not None else None


def one_extension_of_a_type(request: Request) -> None:
    wanted = _handler(request.inputs)
    for other in request.subscription.below(ids.parent_of(request.id) or ""):
        same = other.kind.endswith("/extensions") and _handler(other.inputs) == wanted
        if same and ids.key(other.id) != ids.key(request.id):
            raise ArmError(
                409,
                "BadRequest",
                f"Multiple VMExtensions per handler not supported. VMExtension '{request.name}' with handler "
                f"'{request.inputs.get('publisher')}.{request.inputs.get('type')}' already added, as "
                f"'{other.name}'.",
            )


def _handler(inputs: Values) -> tuple[str, str]:
    return str(inputs.get("publisher")).lower(), str(inputs.get("type")).lower()
