"""Names of Azure resources, by Microsoft's Cloud Adoption Framework: `<abbr>-<workload>-<env>-<region>`.

Abbreviations: learn.microsoft.com/azure/cloud-adoption-framework, "Abbreviation recommendations".
Limits: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, and the pattern of
each type in the public REST specifications.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


class NameRuleBroken(Exception):  # noqa: N818 - it reads as what happened
    """A composed name breaks its service's rule; the message says which rule and how to shorten."""


@dataclass(frozen=True)
class Kind:
    """What a type of resource may be called.

    `squeezed` names take no hyphens; `unique` names are global in Azure and get a stable hash.
    """

    abbreviation: str
    pattern: str
    limit: int
    squeezed: bool = False
    unique: bool = False


_PLAIN = r"[A-Za-z0-9][\w.-]*"

KINDS = {
    "action group": Kind("ag", _PLAIN, 260),
    "application insights": Kind("appi", _PLAIN, 260),
    "bastion": Kind("bas", r"[A-Za-z0-9][\w.-]*\w", 80),
    "budget": Kind("budget", r"[A-Za-z0-9][\w-]*", 63),
    "container registry": Kind("cr", r"[A-Za-z0-9]{5,50}", 50, squeezed=True, unique=True),
    "data collection endpoint": Kind("dce", _PLAIN, 44),
    "data lake": Kind("dls", r"[a-z0-9]{3,24}", 24, squeezed=True, unique=True),
    "event grid topic": Kind("evgt", r"[A-Za-z0-9-]{3,50}", 50),
    "event hub": Kind("evh", r"[A-Za-z0-9][\w.-]*[A-Za-z0-9]", 256),
    "event hub namespace": Kind("evhns", r"[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]", 50, unique=True),
    "federated credential": Kind("fc", r"[A-Za-z0-9][\w-]{2,119}", 120),
    # 24 characters are too few for hyphens as well.
    "key vault": Kind("kv", r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]", 24, squeezed=True, unique=True),
    "kubernetes cluster": Kind("aks", r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?", 63),
    "log analytics workspace": Kind("log", r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", 63),
    "machine learning workspace": Kind("mlw", r"[A-Za-z0-9][\w-]{2,32}", 33),
    "managed identity": Kind("id", r"[A-Za-z0-9][\w-]{2,127}", 128),
    "metric alert": Kind("alert", r"[^*#&+:<>?@%{}\\/]+", 260),
    "nat gateway": Kind("ng", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "network interface": Kind("nic", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "network security group": Kind("nsg", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "online endpoint": Kind("ep", r"[A-Za-z]([A-Za-z0-9-]{1,30})[A-Za-z0-9]", 32),
    "private endpoint": Kind("pep", r"[A-Za-z0-9]([\w.-]*\w)?", 64),
    "private link scope": Kind("ampls", r"[A-Za-z0-9]([\w.-]*\w)?", 255),
    "public ip address": Kind("pip", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "resource group": Kind("rg", r"[\w().-]*[\w()-]", 90),
    "storage account": Kind("st", r"[a-z0-9]{3,24}", 24, squeezed=True, unique=True),
    "subnet": Kind("snet", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "virtual machine": Kind("vm", r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", 64),
    "virtual machine scale set": Kind("vmss", r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", 64),
    "virtual network": Kind("vnet", r"[A-Za-z0-9]([\w.-]*\w)?", 64),
}

# Short names of regions, so that composed names fit: the geo-codes that Azure Backup publishes.
REGIONS = {
    "brazilsouth": "brs",
    "canadacentral": "cnc",
    "canadaeast": "cne",
    "centralus": "cus",
    "eastus": "eus",
    "eastus2": "eus2",
    "francecentral": "frc",
    "germanywestcentral": "gwc",
    "mexicocentral": "mxc",
    "northcentralus": "ncus",
    "northeurope": "ne",
    "southcentralus": "scus",
    "swedencentral": "sdc",
    "uksouth": "uks",
    "westcentralus": "wcus",
    "westeurope": "we",
    "westus": "wus",
    "westus2": "wus2",
    "westus3": "wus3",
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names of one stack.

    Args:
        workload: short name of the workload, e.g. `roastery`.
        environment: e.g. `prod`.
        region: an Azure region name, e.g. `eastus2`.
        salt: what makes global names this stack's own, usually the subscription id.
    """

    workload: str
    environment: str
    region: str
    salt: str

    def of(self, kind: str, part: str = "") -> str:
        """The name of a resource of this kind; `part` tells several of one kind apart.

        Raises:
            NameRuleBroken: the result breaks the service's rule.
        """
        rule = KINDS[kind]
        parts = [rule.abbreviation, self.workload, *([part] if part else []), self.environment]
        parts.append(REGIONS[self.region])
        if rule.unique:
            parts.append(self.hash)
        name = "".join(parts).replace("-", "").lower() if rule.squeezed else "-".join(parts)
        check(kind, name)
        return name

    @property
    def hash(self) -> str:
        """Four hex digits, the same on every run of this stack."""
        seed = f"{self.salt}/{self.workload}/{self.environment}/{self.region}"
        return hashlib.sha256(seed.encode()).hexdigest()[:4]


def check(kind: str, name: str) -> None:
    """Checks a name against its service's rule.

    Raises:
        NameRuleBroken: with the name, its length and the rule.
    """
    rule = KINDS[kind]
    if len(name) > rule.limit:
        raise NameRuleBroken(
            f"{kind} name {name!r} has {len(name)} characters, at most {rule.limit} are allowed: "
            f"shorten roastery:workload or roastery:environment by {len(name) - rule.limit}"
        )
    if not re.fullmatch(rule.pattern, name):
        raise NameRuleBroken(f"{kind} name {name!r} does not match {rule.pattern}")
