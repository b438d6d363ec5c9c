"""Names of Azure resources, by Microsoft's Cloud Adoption Framework: `<abbr>-<workload>-<env>-<region>`.

Abbreviations: learn.microsoft.com/azure/cloud-adoption-framework, "Abbreviation recommendations".
Limits: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, and the pattern of
each type in the public REST specifications.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from roastery.errors import RoasteryError


class NameRuleError(RoasteryError):
    """A composed name breaks its service's rule; the message says which rule and how to shorten it."""

    exit_code = 2


@dataclass(frozen=True)
class NameRule:
    """What a type of resource may be called.

    Args:
        abbreviation: first part of the name.
        pattern: what the whole name has to match.
        limit: most characters.
        squeezed: the service forbids hyphens in it.
        unique: the name is global in Azure, so a stable hash is appended.
    """

    abbreviation: str
    pattern: str
    limit: int
    squeezed: bool = False
    unique: bool = False


_PLAIN = r"[A-Za-z0-9][\w.-]*"

KINDS = {
    "action group": NameRule("ag", _PLAIN, 260),
    "application insights": NameRule("appi", _PLAIN, 260),
    "bastion": NameRule("bas", r"[A-Za-z0-9][\w.-]*\w", 80),
    "budget": NameRule("budget", r"[A-Za-z0-9][\w-]*", 63),
    "container registry": NameRule("cr", r"[A-Za-z0-9]{5,50}", 50, squeezed=True, unique=True),
    "data collection endpoint": NameRule("dce", _PLAIN, 44),
    "data lake": NameRule("dls", r"[a-z0-9]{3,24}", 24, squeezed=True, unique=True),
    "event grid topic": NameRule("evgt", r"[A-Za-z0-9-]{3,50}", 50),
    "event hub": NameRule("evh", r"[A-Za-z0-9][\w.-]*[A-Za-z0-9]", 256),
    "event hub namespace": NameRule("evhns", r"[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]", 50, unique=True),
    "federated credential": NameRule("fc", r"[A-Za-z0-9][\w-]{2,119}", 120),
    "firewall": NameRule("afw", r"[A-Za-z0-9]([\w.-]*\w)?", 56),
    "firewall policy": NameRule("afwp", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    # 24 characters are too few for hyphens as well.
    "key vault": NameRule(
        "kv", r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]", 24, squeezed=True, unique=True
    ),
    "kubernetes cluster": NameRule("aks", r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?", 63),
    "log analytics workspace": NameRule("log", r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]", 63),
    "machine learning workspace": NameRule("mlw", r"[A-Za-z0-9][\w-]{2,32}", 33),
    "managed identity": NameRule("id", r"[A-Za-z0-9][\w-]{2,127}", 128),
    "metric alert": NameRule("alert", r"[^*#&+:<>?@%{}\\/]+", 260),
    "nat gateway": NameRule("ng", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "network interface": NameRule("nic", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "network security group": NameRule("nsg", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "online endpoint": NameRule("ep", r"[A-Za-z]([A-Za-z0-9-]{1,30})[A-Za-z0-9]", 32),
    "private endpoint": NameRule("pep", r"[A-Za-z0-9]([\w.-]*\w)?", 64),
    "private link scope": NameRule("ampls", r"[A-Za-z0-9]([\w.-]*\w)?", 255),
    "public ip address": NameRule("pip", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "resource group": NameRule("rg", r"[\w().-]*[\w()-]", 90),
    "route table": NameRule("rt", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    # What `roast bootstrap` declares: Pulumi's state and its key, and the registry of all environments.
    "shared registry": NameRule("crs", r"[A-Za-z0-9]{5,50}", 50, squeezed=True, unique=True),
    "state account": NameRule("stp", r"[a-z0-9]{3,24}", 24, squeezed=True, unique=True),
    "state vault": NameRule(
        "kvp", r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]", 24, squeezed=True, unique=True
    ),
    "storage account": NameRule("st", r"[a-z0-9]{3,24}", 24, squeezed=True, unique=True),
    "subnet": NameRule("snet", r"[A-Za-z0-9]([\w.-]*\w)?", 80),
    "virtual machine": NameRule("vm", r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", 64),
    "virtual machine scale set": NameRule("vmss", r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", 64),
    "virtual network": NameRule("vnet", r"[A-Za-z0-9]([\w.-]*\w)?", 64),
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

# What people and Azure's service health call them: learn.microsoft.com/azure/reliability/regions-list.
DISPLAY_NAMES = {
    "brazilsouth": "Brazil South",
    "canadacentral": "Canada Central",
    "canadaeast": "Canada East",
    "centralus": "Central US",
    "eastus": "East US",
    "eastus2": "East US 2",
    "francecentral": "France Central",
    "germanywestcentral": "Germany West Central",
    "mexicocentral": "Mexico Central",
    "northcentralus": "North Central US",
    "northeurope": "North Europe",
    "southcentralus": "South Central US",
    "swedencentral": "Sweden Central",
    "uksouth": "UK South",
    "westcentralus": "West Central US",
    "westeurope": "West Europe",
    "westus": "West US",
    "westus2": "West US 2",
    "westus3": "West US 3",
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
        """The name of a resource of this kind; `part` distinguishes several of one kind.

        Raises:
            NameRuleError: the result breaks the service's rule.
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
        NameRuleError: with the name, its length and the rule.
    """
    rule = KINDS[kind]
    if len(name) > rule.limit:
        raise NameRuleError(
            f"{kind} name {name!r} has {len(name)} characters, at most {rule.limit} are allowed: "
            f"shorten roastery:workload or roastery:environment by {len(name) - rule.limit}"
        )
    if not re.fullmatch(rule.pattern, name):
        raise NameRuleError(f"{kind} name {name!r} does not match {rule.pattern}")
