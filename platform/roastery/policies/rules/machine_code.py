"""Code that machines get from outside of their image: extensions, run commands, images of others."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from fnmatch import fnmatch

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode

EXTENSIONS = (
    "azure-native:compute:VirtualMachineExtension",
    "azure-native:compute:VirtualMachineScaleSetExtension",
    "azure-native:compute:VirtualMachineScaleSetVMExtension",
    "azure-native:hybridcompute:MachineExtension",
)
COMMANDS = (
    "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    "azure-native:compute:VirtualMachineScaleSetVMRunCommand",
    "azure-native:hybridcompute:MachineRunCommand",
)
_MACHINE_EXTENSIONS = "virtualMachineProfile.extensionProfile.extensions"
# learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux: a script in the settings is in
# the program, and reviewed; everything else comes from somewhere at run time, or is hidden.
_INLINE = "customscript"
_FETCHES = (
    (re.compile(r"/dev/(tcp|udp)/"), "opens a connection by /dev/tcp"),
    (re.compile(r"\b(nc|ncat|socat|telnet)\s"), "opens a connection by another program"),
    (re.compile(r"base64\s+(-d|--decode|-D)"), "hides what it runs"),
    (re.compile(r"\beval\b"), "runs what it composes"),
)
_HOST = re.compile(r"\b(?:https?|ftp|git|ssh)://([^/\s'\"]+)")
_FIXED = ("169.254.169.254", "management.azure.com", "$*")


def _extension(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    if resource.type in COMMANDS:
        yield Violation("", "runs a command as root on a machine")
    elif resource.type in (t.MACHINE, t.MACHINES):
        for node in resource.each(_MACHINE_EXTENSIONS):
            yield from _judged(node.at("properties") if node.present("properties") else node, settings)
    else:
        nested = resource.properties.present("properties.type")
        yield from _judged(resource.at("properties") if nested else resource.properties, settings)


def _judged(node: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    name = str(node.get("type", "") or node.get("typePropertiesType", ""))
    path = node.at("type").path
    if name.lower() == _INLINE and node.lower_text("publisher") == "microsoft.azure.extensions":
        yield from _script(node, settings)
    elif name not in settings["types"]:
        yield Violation(path, f"is {name or 'not set'}, must be one of {', '.join(settings['types'])}")


def _script(node: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    """A custom script may only be what the program holds, and that may only fetch from known hosts."""
    for name in ("commandToExecute", "fileUris"):
        if node.present(f"settings.{name}"):
            yield Violation(f"{node.at('settings').path}.{name}", "runs what it gets from elsewhere")
    for name in ("protectedSettings", "protectedSettingsFromKeyVault"):
        if node.present(name):
            yield Violation(node.at("type").path.removesuffix("type") + name, "hides the script")
    text = str(node.get("settings.script", ""))
    try:
        script = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        yield Violation(f"{node.at('settings').path}.script", "can't be read: it is not plain base64")
        return
    where = f"{node.at('settings').path}.script"
    for host in _HOST.findall(script):
        if not any(fnmatch(host.lower(), pattern) for pattern in (*_FIXED, *settings["hosts"])):
            yield Violation(where, f"fetches from {host}, must be one of {', '.join(settings['hosts'])}")
    for pattern, what in _FETCHES:
        if pattern.search(script):
            yield Violation(where, what)


def _image(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    base = "virtualMachineProfile." if resource.type == t.MACHINES else ""
    reference = resource.at(f"{base}storageProfile.imageReference")
    for name in ("communityGalleryImageId", "sharedGalleryImageId"):
        if reference.present(name):
            yield Violation(f"{reference.path}.{name}", "is an image that strangers publish")
    publisher = str(reference.get("publisher", ""))
    if publisher and publisher.lower() not in {name.lower() for name in settings["publishers"]}:
        allowed = ", ".join(settings["publishers"])
        yield Violation(f"{reference.path}.publisher", f"is {publisher}, must be one of {allowed}")


_TEXTS = {"type": "array", "items": {"type": "string"}}

POLICIES = (
    Policy(
        id="machine-extension",
        title="Machines run no code that is neither in their image nor in this program",
        reason="Extensions and run commands are root on the machine, and may fetch what nobody reviewed.",
        fix="Use an image, or CustomScript with settings.script only; or add the extension's type.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_50", "CIS Azure 3.0.0: 8.7", "MCSB AM-2", "MCSB PV-3"),
        types=(*EXTENSIONS, *COMMANDS, t.MACHINE, t.MACHINES),
        check=_extension,
        config={
            "types": {
                **_TEXTS,
                "default": ["AADSSHLoginForLinux", "AzureMonitorLinuxAgent", "ApplicationHealthLinux"],
            },
            "hosts": {**_TEXTS, "default": ["*.azurecr.io", "*.vault.azure.net", "packages.microsoft.com"]},
        },
    ),
    Policy(
        id="machine-image",
        title="Machines start from an image of a known publisher",
        reason="Whoever makes the image is root on every machine that starts from it.",
        fix="Use an image of a listed publisher or of your own gallery.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2", "MCSB PV-3"),
        types=(t.MACHINE, t.MACHINES),
        check=_image,
        config={
            "publishers": {
                **_TEXTS,
                "default": ["Canonical", "MicrosoftCblMariner", "MicrosoftWindowsServer"],
            }
        },
    ),
)
