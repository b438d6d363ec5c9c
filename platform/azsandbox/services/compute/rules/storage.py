"""What Compute refuses about images and disks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_MARKETPLACE = ("publisher", "offer", "sku", "version")
_OTHER_IMAGES = ("id", "sharedGalleryImageId", "communityGalleryImageId")
# Images of generation 1 by publisher (az vm image list --all): trusted launch needs generation 2.
_FIRST_GENERATION = {
    "canonical": re.compile(r"(?!.*(gen2|arm64|cvm|fips)).*lts.*|server-gen1|.*-gen1", re.IGNORECASE),
    "microsoftwindowsserver": re.compile(
        r"(?!.*(gensecond|g2|gen2|azure-edition|cvm)).*20(12|16|19|22|25).*", re.IGNORECASE
    ),
    "debian": re.compile(r"\d+", re.IGNORECASE),
}


def image_is_named_once(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """A marketplace image with its four parts, or one other image."""
    image = walk.value(inputs, "storageProfile.imageReference")
    if not isinstance(image, dict):
        return
    path = f"{prefix}storageProfile.imageReference"
    others = [name for name in _OTHER_IMAGES if image.get(name) is not None]
    parts = [name for name in _MARKETPLACE if image.get(name) is not None]
    if len(others) > 1 or (others and image.get("publisher") is not None):
        yield Problem(path, f"names several images: {', '.join([*others, *parts])}; keep one")
    elif not others:
        missing = [name for name in _MARKETPLACE if image.get(name) is None]
        for name in missing:
            yield Problem(f"{path}.{name}", "is required for an image of the marketplace", code="required")


def os_disk_fits_its_source(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """From an image, or an attached disk, which has its users already."""
    disk = walk.value(inputs, "storageProfile.osDisk")
    if not isinstance(disk, dict):
        return
    path, option = f"{prefix}storageProfile.osDisk", disk.get("createOption")
    image = walk.value(inputs, "storageProfile.imageReference")
    if option == "FromImage" and image is None and disk.get("image") is None:
        yield Problem(f"{prefix}storageProfile.imageReference", "is required with FromImage", code="required")
    if option == "Empty":
        yield Problem(f"{path}.createOption", "is Empty, but a system disk comes from an image or a disk")
    if option == "Attach":
        if image is not None:
            yield Problem(f"{prefix}storageProfile.imageReference", "can't go with an attached system disk")
        if inputs.get("osProfile") is not None:
            yield Problem(
                f"{prefix}osProfile", "is not allowed with an attached system disk: it has its users already"
            )
        if walk.value(disk, "managedDisk.id") is None and disk.get("vhd") is None:
            yield Problem(f"{path}.managedDisk.id", "is required with Attach", code="required")
    publisher = image.get("publisher") if isinstance(image, dict) else None
    if option == "FromImage" and publisher is not None and inputs.get("osProfile") is None:
        yield Problem(f"{prefix}osProfile", "is required for an image of the marketplace", code="required")


def ephemeral_disk_is_read_only(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    disk = walk.value(inputs, "storageProfile.osDisk")
    settings = disk.get("diffDiskSettings") if isinstance(disk, dict) else None
    if not isinstance(disk, dict) or not isinstance(settings, dict) or settings.get("option") != "Local":
        return
    path = f"{prefix}storageProfile.osDisk"
    if disk.get("caching") in (None, "None", "ReadWrite"):
        yield Problem(f"{path}.caching", "must be ReadOnly for an ephemeral system disk")
    if disk.get("deleteOption") == "Detach":
        yield Problem(f"{path}.deleteOption", "is Detach, but an ephemeral system disk goes with its machine")


def disks_fit_their_kind(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """Ultra and Premium v2 disks hold data and are not cached; empty disks have a size."""
    kind = walk.value(inputs, "storageProfile.osDisk.managedDisk.storageAccountType")
    if kind in ("UltraSSD_LRS", "PremiumV2_LRS"):
        yield Problem(
            f"{prefix}storageProfile.osDisk.managedDisk.storageAccountType",
            f"is {kind}, a disk for data only",
        )
    for path, disk in walk.objects(inputs, "storageProfile.dataDisks[]"):
        kind = walk.value(disk, "managedDisk.storageAccountType")
        if kind in ("UltraSSD_LRS", "PremiumV2_LRS") and disk.get("caching") in ("ReadOnly", "ReadWrite"):
            yield Problem(f"{prefix}{path}.caching", f"is {disk['caching']}, but {kind} disks are not cached")
        if disk.get("createOption") == "Empty" and disk.get("diskSizeGB") is None:
            yield Problem(f"{prefix}{path}.diskSizeGB", "is required for an empty disk", code="required")
        attached = walk.value(disk, "managedDisk.id") is not None or disk.get("vhd") is not None
        if disk.get("createOption") == "Attach" and not attached:
            yield Problem(f"{prefix}{path}.managedDisk.id", "is required with Attach", code="required")


def ultra_disks_are_enabled(inputs: Values) -> Iterator[Problem]:
    enabled = walk.value(inputs, "additionalCapabilities.ultraSSDEnabled")
    for path, kind in walk.values(inputs, "storageProfile.dataDisks[].managedDisk.storageAccountType"):
        if kind == "UltraSSD_LRS" and enabled in (None, False):
            yield Problem(path, "is UltraSSD_LRS, which needs additionalCapabilities.ultraSSDEnabled")


def trusted_launch_has_a_second_generation(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """Security types beyond Standard need images of generation 2 (trusted-launch)."""
    if walk.value(inputs, "securityProfile.securityType") not in ("TrustedLaunch", "ConfidentialVM"):
        return
    image = walk.value(inputs, "storageProfile.imageReference")
    if not isinstance(image, dict):
        return
    pattern = _FIRST_GENERATION.get(str(image.get("publisher")).lower())
    sku = image.get("sku")
    if pattern and isinstance(sku, str) and pattern.fullmatch(sku):
        yield Problem(
            f"{prefix}storageProfile.imageReference.sku",
            f"{sku!r} is an image of generation 1, but the security type needs generation 2, such as "
            f"{sku}-gen2",
        )


def confidential_machine_is_complete(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    security = inputs.get("securityProfile")
    kind = security.get("securityType") if isinstance(security, dict) else None
    encryption = walk.value(
        inputs, "storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType"
    )
    path = f"{prefix}storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType"
    if kind == "ConfidentialVM" and encryption is None:
        yield Problem(path, "is required for a ConfidentialVM", code="required")
    if kind == "ConfidentialVM" and walk.value(inputs, "securityProfile.uefiSettings.vTpmEnabled") in (
        None,
        False,
    ):
        yield Problem(
            f"{prefix}securityProfile.uefiSettings.vTpmEnabled",
            "must be true for a ConfidentialVM",
            code="required",
        )
    if isinstance(encryption, str) and (security is None or kind in (None, "TrustedLaunch", "Standard")):
        yield Problem(path, f"{encryption!r} is for machines of securityType ConfidentialVM only")
    if isinstance(security, dict) and security.get("uefiSettings") is not None and kind in (None, "Standard"):
        yield Problem(
            f"{prefix}securityProfile.uefiSettings", "needs securityType TrustedLaunch or ConfidentialVM"
        )


def scale_set_storage_is_valid(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("virtualMachineProfile")
    if not isinstance(profile, dict):
        return
    for rule in (
        image_is_named_once,
        ephemeral_disk_is_read_only,
        disks_fit_their_kind,
        trusted_launch_has_a_second_generation,
        confidential_machine_is_complete,
    ):
        yield from rule(profile, "virtualMachineProfile.")
    option = walk.value(profile, "storageProfile.osDisk.createOption")
    if option in ("Empty", "Attach"):
        yield Problem(
            "virtualMachineProfile.storageProfile.osDisk.createOption",
            f"is {option}, but machines of a scale set start from an image: FromImage",
        )
