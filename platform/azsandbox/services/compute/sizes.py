"""What a VM size can do, for every type that names one: machines, scale sets, node pools of AKS.

Sources: learn.microsoft.com/azure/virtual-machines/sizes/overview and …/ephemeral-os-disks, as tabulated in
azsandbox.facts.vm_sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.facts import vm_sizes
from azsandbox.facts.vm_sizes import VmSize
from azsandbox.schema.validate import Problem

_PAGE = "VM sizes"


def size_is_known(name: Any, path: str, location: Any = None) -> Iterator[Problem]:
    """The size exists; a warning for one that may be newer than the table, or is not sold in the region."""
    if not isinstance(name, str):
        return
    known = vm_sizes.size(name)
    if known is None:
        close = vm_sizes.similar(name)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        if vm_sizes.may_be_newer(name):
            yield Problem(path, f"{name!r} is not a size that is listed yet ({_PAGE}){hint}", warning=True)
        else:
            yield Problem(path, f"{name!r} is not a VM size{hint} ({_PAGE})", code="vm-size")
        return
    region = location.replace(" ", "").lower() if isinstance(location, str) else ""
    if region in vm_sizes.priced_regions() and known.regions and region not in known.regions:
        yield Problem(
            path, f"{name!r} is not in the price list of {region}: it may not be sold there", warning=True
        )


def ephemeral_disk_fits(name: Any, gigabytes: Any, path: str, *, default: int = 0) -> Iterator[Problem]:
    """The local disks of the size hold an OS disk of that many GiB, or of the default where none is set."""
    known = vm_sizes.size(name) if isinstance(name, str) else None
    largest = known.largest_ephemeral_disk if known else None
    if largest is None:
        return
    wanted = gigabytes if isinstance(gigabytes, (int, float)) and gigabytes else default
    if largest == 0:
        yield Problem(path, f"{name} has no local disk for an ephemeral OS disk (ephemeral OS disks)")
    elif wanted > largest:
        yield Problem(
            path,
            f"an ephemeral OS disk of {wanted:g} GiB does not fit {name}, whose local disks hold {largest} "
            "GiB: take a smaller disk or a larger size (ephemeral OS disks)",
        )


def encryption_at_host_is_supported(name: Any, path: str) -> Iterator[Problem]:
    known = vm_sizes.size(name) if isinstance(name, str) else None
    if known is not None and known.encryption_at_host is False:
        yield Problem(path, f"is set, but {name} does not support encryption at host ({_PAGE})")


def disks_are_supported(size: VmSize, profile: dict[str, Any], path: str) -> Iterator[Problem]:
    """Number of data disks, and premium disks only on sizes that take them."""
    disks: Any = profile.get("dataDisks")
    data_disks = [disk for disk in disks if isinstance(disk, dict)] if isinstance(disks, list) else []
    if size.data_disks is not None and len(data_disks) > size.data_disks:
        yield Problem(
            f"{path}.dataDisks",
            f"has {len(data_disks)} disks, but {size.name} takes at most {size.data_disks} ({_PAGE})",
        )
    if size.premium is not False:
        return
    paths = [(f"{path}.osDisk", profile.get("osDisk"))]
    paths += [(f"{path}.dataDisks[{index}]", disk) for index, disk in enumerate(data_disks)]
    for disk_path, disk in paths:
        managed = disk.get("managedDisk") if isinstance(disk, dict) else None
        kind = managed.get("storageAccountType") if isinstance(managed, dict) else None
        if isinstance(kind, str) and kind.startswith("Premium"):
            yield Problem(
                f"{disk_path}.managedDisk.storageAccountType",
                f"is {kind}, but {size.name} does not support premium storage: take a size with an s in its "
                f"name ({_PAGE})",
            )
