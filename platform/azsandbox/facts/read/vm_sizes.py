"""VM sizes from three published lists, each made from Azure's own list of SKUs.

The Kubernetes autoscaler has cores, memory, GPUs and architecture; Karpenter has the newest names, complete
records of some sizes and the price list by region; Spare Cores has the local disks.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

AUTOSCALER = Source(
    "kubernetes/autoscaler", ("cluster-autoscaler/cloudprovider/azure/azure_instance_types.go",)
)
KARPENTER = Source(
    "Azure/karpenter-provider-azure",
    (
        "pkg/providers/instancetype/known_skus.yaml",
        "pkg/providers/pricing/zz_generated.pricing.go",
        "pkg/fake/",
    ),
)
SPARE_CORES = Source("SpareCores/sc-data-dumps", ("data/server/azure/",))
SOURCES = (AUTOSCALER, KARPENTER, SPARE_CORES)
COLUMNS = (
    "vcpus",
    "memory",  # GiB
    "gpus",
    "arm",
    "regions",  # bits, in the order of the table's regions
    "temporary",  # GiB of the temporary disk
    "nvme",  # GiB of local NVMe disks
    "cache",  # GiB
    "dataDisks",
    "premium",
    "ephemeral",
    "encryptionAtHost",
    "accelerated",
)
_TYPE = re.compile(r'"(\w+)": \{(.*?)\n\t\}', re.DOTALL)
_FIELD = re.compile(r"(\w+):\s+\"?([^\",\n]*)")
_KNOWN = re.compile(r"- name: (\S+)\n  family: (\S+)")
_REGION = re.compile(r'initialOnDemandPrices\["(\w+)"\] = map\[string\]float64\{(.*?)\n\t\}', re.DOTALL)
_PRICED = re.compile(r'"((?:Standard|Basic)_[\w-]+)":')
_RECORD = re.compile(r'Name:\s+lo\.ToPtr\("(\w+)"\),\n\t\t\tTier(.*?)\n\t\t\},', re.DOTALL)
_CAPABILITY = re.compile(r'Name: lo\.ToPtr\("(\w+)"\), Value: lo\.ToPtr\("([^"]*)"\)')
_FLAGS = {
    "premium": "PremiumIO",
    "ephemeral": "EphemeralOSDiskSupported",
    "encryptionAtHost": "EncryptionAtHostSupported",
    "accelerated": "AcceleratedNetworkingEnabled",
}
Sizes = dict[str, dict[str, Any]]


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """Columns, regions, and the sizes by family.

    Raises:
        FactsError: a source has another form.
    """
    sizes: Sizes = {}
    _cores(copies[AUTOSCALER.repository], sizes)
    regions = _karpenter(copies[KARPENTER.repository], sizes)
    _local_disks(copies[SPARE_CORES.repository], sizes)
    families: dict[str, dict[str, list[Any]]] = {}
    for name, size in sorted(sizes.items()):
        values = [size.get(column) for column in COLUMNS]
        while values and values[-1] in (None, ""):
            values.pop()
        families.setdefault(str(size.get("family", "")), {})[name] = values
    return {"columns": list(COLUMNS), "regions": regions, "families": families}


def _cores(copy: Copy, sizes: Sizes) -> None:
    path = copy.source.paths[0]
    for name, body in _TYPE.findall(copy.text(path)):
        fields = dict(_FIELD.findall(body))
        memory = int(fields["MemoryMb"]) / 1024
        sizes[name] = {
            "family": fields["SkuFamily"],
            "vcpus": int(fields["VCPU"]),
            "memory": int(memory) if memory.is_integer() else round(memory, 2),
            "gpus": int(fields["GPU"]),
            "arm": int(fields["Architecture"] == "arm64"),
        }
    if not sizes:
        raise copy.failure(path, "InstanceTypes")


def _karpenter(copy: Copy, sizes: Sizes) -> list[str]:
    """Adds names, complete records and regions; returns the regions in the order of their bits."""
    known, prices, records = copy.source.paths
    names = _KNOWN.findall(copy.text(known))
    if not names:
        raise copy.failure(known, "names with a family")
    for name, family in names:
        sizes.setdefault(name, {})["family"] = family
    priced = {region: set(_PRICED.findall(body)) for region, body in _REGION.findall(copy.text(prices))}
    if not priced:
        raise copy.failure(prices, "initialOnDemandPrices")
    regions = sorted(region for region in priced if not region.startswith(("us", "attatl", "att")))
    for number, region in enumerate(regions):
        for name in priced[region]:
            size = sizes.setdefault(name, {})
            size["bits"] = size.get("bits", 0) | 1 << number
    for size in sizes.values():
        size["regions"] = f"{size.pop('bits', 0):x}" if "bits" in size else ""
    for file in copy.files(records, "zz_generated.sku.*.go"):
        for name, body in _RECORD.findall(file.read_text(encoding="utf-8")):
            _capabilities(sizes.setdefault(name, {}), dict(_CAPABILITY.findall(body)))
    return regions


def _capabilities(size: dict[str, Any], capabilities: dict[str, str]) -> None:
    if "CachedDiskBytes" in capabilities:
        size["cache"] = int(capabilities["CachedDiskBytes"]) // 2**30
    if "MaxDataDiskCount" in capabilities:
        size["dataDisks"] = int(capabilities["MaxDataDiskCount"])
    for column, capability in _FLAGS.items():
        if capability in capabilities:
            size[column] = int(capabilities[capability] == "True")


def _local_disks(copy: Copy, sizes: Sizes) -> None:
    """Sizes of the local disks: the source rounds GB, so GiB are rounded up."""
    for file in copy.files(copy.source.paths[0], "*.json"):
        server = json.loads(file.read_text(encoding="utf-8"))
        size = sizes.setdefault(server["api_reference"], {"family": server["family"]})
        size.setdefault("vcpus", server["vcpus"])
        size.setdefault("memory", math.ceil(server["memory_amount"] / 1024))
        for disk in server["storages"]:
            if disk["description"] == "temp disk":
                size["temporary"] = math.ceil(disk["size"] * 1000 / 1024)
            elif disk["storage_type"] == "nvme ssd":
                size["nvme"] = math.ceil(disk["size"] * 10**9 / 2**30)
