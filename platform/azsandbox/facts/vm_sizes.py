"""VM sizes: what each has, in which regions it is sold, and whether a name may be of a newer size."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azsandbox.facts.table import load

TABLE = "vm_sizes"
# learn.microsoft.com/azure/virtual-machines/vm-naming-conventions:
# family, vCPUs, constrained vCPUs, features, accelerator, version
_NAME = re.compile(
    r"Standard_(?P<family>[A-Z]{1,2})(?P<vcpus>\d+)(-\d+)?(?P<features>[a-z]*)(_(?P<rest>(?!v\d+$)\w+?))?(_v(?P<version>\d+))?",
    re.IGNORECASE,
)
_OTHER_NUMBERS = (1, 2)  # versions whose names do not hold the number of vCPUs
_TWO_DISKS_A_VCPU = (3, 4, 5)  # versions
_GENERAL = frozenset({"D", "DC", "E", "EC", "F", "FX"})
# Families whose names always say whether a size takes premium disks; of M, N and H some do without the `s`.
_SAYS_PREMIUM = frozenset({"A", "B", "D", "DC", "DS", "E", "EC", "F", "FX", "G", "GS", "L", "LS"})


@dataclass(frozen=True, kw_only=True)
class VmSize:
    """One size; a value is None where the sources do not say it. Disks and memory are in GiB.

    Args:
        name: as Azure spells it.
        family: by which Azure counts quota.
        regions: in which the price list has it; empty where unknown.
        temporary: the temporary disk, rounded up; 0 for a size without one.
        nvme: all local NVMe disks together, rounded up.
        cache: of the host, on which an ephemeral OS disk may lie.
        ephemeral: whether ephemeral OS disks are supported.
    """

    name: str
    family: str
    regions: frozenset[str]
    vcpus: int | None = None
    memory: float | None = None
    gpus: int | None = None
    arm: bool | None = None
    temporary: int | None = None
    nvme: int | None = None
    cache: int | None = None
    data_disks: int | None = None
    premium: bool | None = None
    ephemeral: bool | None = None
    encryption_at_host: bool | None = None
    accelerated: bool | None = None

    @property
    def largest_ephemeral_disk(self) -> int | None:
        """GiB of the largest ephemeral OS disk: an upper bound; None where unknown."""
        if self.ephemeral is False:
            return 0
        local = max(self.temporary or 0, self.nvme or 0)
        match = _NAME.fullmatch(self.name)
        if self.cache is not None:
            return max(self.cache, local)
        if self.vcpus and self.family in _caches():
            return max(int(_caches()[self.family] * self.vcpus), local)
        if match and _without_cache(match) and self.temporary is not None:
            return local
        return None


@functools.cache
def sizes() -> Mapping[str, VmSize]:
    """Every known size by its name in lower case."""
    rows = load(TABLE).rows
    columns: list[str] = rows["columns"]
    regions: list[str] = rows["regions"]
    result: dict[str, VmSize] = {}
    for family, members in rows["families"].items():
        for name, values in members.items():
            fields = dict(zip(columns, values, strict=False))
            result[name.lower()] = _size(name, family, fields, regions)
    return result


def _size(name: str, family: str, fields: dict[str, Any], regions: list[str]) -> VmSize:
    bits = int(fields.get("regions") or "0", 16)
    flags = {
        key: None if fields.get(column) is None else bool(fields[column])
        for key, column in (
            ("arm", "arm"),
            ("ephemeral", "ephemeral"),
            ("encryption_at_host", "encryptionAtHost"),
            ("accelerated", "accelerated"),
        )
    }
    premium = fields.get("premium")
    return VmSize(
        name=name,
        family=family,
        regions=frozenset(region for number, region in enumerate(regions) if bits >> number & 1),
        vcpus=fields.get("vcpus") or _vcpus(name),
        memory=fields.get("memory"),
        gpus=fields.get("gpus"),
        temporary=fields.get("temporary"),
        nvme=fields.get("nvme"),
        cache=fields.get("cache"),
        data_disks=fields.get("dataDisks") or _data_disks(name),
        premium=_premium(name) if premium is None else bool(premium),
        **flags,
    )


@functools.cache
def _caches() -> Mapping[str, float]:
    """GiB of cache for each vCPU, by family: the largest of the sizes whose cache is known."""
    result: dict[str, float] = {}
    for known in sizes().values():
        if known.cache and known.vcpus:
            result[known.family] = max(result.get(known.family, 0), known.cache / known.vcpus)
    return result


def _without_cache(match: re.Match[str]) -> bool:
    """Whether the local disks are all that an ephemeral OS disk can lie on (pages of the D and E series)."""
    family, version = match["family"].upper(), int(match["version"] or 1)
    return family in _GENERAL and (version > 4 or (version == 4 and "a" not in match["features"]))  # noqa: PLR2004


def _data_disks(name: str) -> int | None:
    """Two for each vCPU and at most 32, as the pages of the D and E series of versions 3 to 5 say."""
    match = _NAME.fullmatch(name)
    if not match or match["rest"] or match["family"].upper() not in {"D", "E"}:
        return None
    vcpus, version = int(match["vcpus"]), int(match["version"] or 1)
    return min(2 * vcpus, 32) if version in _TWO_DISKS_A_VCPU and vcpus in range(65) else None


def _vcpus(name: str) -> int | None:
    """The number in the name, which is that of the vCPUs since version 3."""
    match = _NAME.fullmatch(name)
    return int(match["vcpus"]) if match and int(match["version"] or 1) not in _OTHER_NUMBERS else None


def _premium(name: str) -> bool | None:
    """Whether its name says that it takes premium disks; None where names of its family do not say so."""
    match = _NAME.fullmatch(name)
    if not match:
        return None
    family = match["family"].upper()
    if "s" in match["features"] or family in {"DS", "GS", "LS"}:
        return True
    return False if family in _SAYS_PREMIUM and not match["rest"] else None


def size(name: str) -> VmSize | None:
    """The size of that name; ARM does not tell upper from lower case."""
    return sizes().get(name.lower())


def similar(name: str) -> list[str]:
    """Known names that are spelled like it, the nearest first."""
    close = difflib.get_close_matches(name.lower(), list(sizes()), 3, 0.7)
    return [sizes()[key].name for key in close]


def priced_regions() -> frozenset[str]:
    """The regions of which the price list says what is sold there."""
    return frozenset(load(TABLE).rows["regions"])


def known_family(name: str) -> bool:
    """Whether sizes that differ from this name in the number of cores only are known."""
    return _shape(name) in _shapes()


def may_be_newer(name: str) -> bool:
    """Whether a name that is not known may be of a size newer than the table: then it is not refused.

    It has the form of a size's name, no other number of cores of it is known, and its version is the newest
    of its family or the next.
    """
    match = _NAME.fullmatch(name)
    if not match or known_family(name):
        return False
    newest = _newest_versions().get(match["family"].upper())
    version = int(match["version"] or 1)
    return newest is None or newest <= version <= newest + 1


def _shape(name: str) -> str:
    match = _NAME.fullmatch(name)
    if not match:
        return name.lower()
    parts = (match["family"], match["features"], match["rest"] or "", match["version"] or "1")
    return "/".join(parts).lower()


@functools.cache
def _shapes() -> frozenset[str]:
    return frozenset(_shape(name) for name in sizes())


@functools.cache
def _newest_versions() -> Mapping[str, int]:
    newest: dict[str, int] = {}
    for known in sizes().values():
        match = _NAME.fullmatch(known.name)
        if match and known.family:  # the price list alone has misspelt versions
            family = match["family"].upper()
            newest[family] = max(newest.get(family, 0), int(match["version"] or 1))
    return newest
