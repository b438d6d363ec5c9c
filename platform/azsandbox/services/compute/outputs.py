"""The ids that Azure gives to machines and scale sets."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.arm.redaction import without_secrets


def virtual_machine(request: Request) -> Values:
    own = {"vmId": identities.made_up("machine", request.id), "timeCreated": "2026-01-01T00:00:00Z"}
    return own | (_linux(request.inputs) if _is_from_linux_image(request.inputs) else {})


def _is_from_linux_image(inputs: Values) -> bool:
    publisher = walk.value(inputs, "storageProfile.imageReference.publisher")
    windows = walk.value(inputs, "osProfile.windowsConfiguration")
    return isinstance(publisher, str) and not publisher.startswith("MicrosoftWindows") and windows is None


def _linux(inputs: Values) -> Values:
    """What a machine from a Linux image says of its system (recorded on 2023-06-30)."""
    outputs: Values = {}
    profile, storage = inputs.get("osProfile"), inputs.get("storageProfile")
    if isinstance(profile, dict):
        settings = without_secrets(profile.get("linuxConfiguration") or {})
        patches = {"patchMode": "ImageDefault", **(settings.get("patchSettings") or {})}
        outputs["osProfile"] = {
            **without_secrets(profile),
            "linuxConfiguration": {**settings, "patchSettings": patches},
        }
    if isinstance(storage, dict):
        disk = {"osType": "Linux", **(storage.get("osDisk") or {})}
        outputs["storageProfile"] = {**storage, "osDisk": disk}
    return outputs


def scale_set(request: Request) -> Values:
    return {"uniqueId": identities.made_up("scale set", request.id)}
