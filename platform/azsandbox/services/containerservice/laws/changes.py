"""Changes that AKS refuses in place (PropertyChangeNotAllowed).

What the provider replaces instead is in the types (pulumi-azure-native, provider/pkg/gen/replacement.go).
Sources, read on 2026-12-01: the node pool properties that terraform-provider-azurerm cycles or replaces, and
learn.microsoft.com/azure/aks (create-node-pools, spot-node-pool, scale-node-pools, enable-host-encryption).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azsandbox.arm import laws
from azsandbox.arm.laws import Law, walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_FIXED = (
    "osType",
    "osDiskType",
    "osDiskSizeGB",
    "vnetSubnetID",
    "podSubnetID",
    "availabilityZones",
    "maxPods",
    "type",
    "scaleSetPriority",
    "scaleSetEvictionPolicy",
    "spotMaxPrice",
    "kubeletDiskType",
    "enableEncryptionAtHost",
    "enableNodePublicIP",
    "nodePublicIPPrefixID",
    "enableUltraSSD",
    "proximityPlacementGroupID",
    "hostGroupID",
)
_ADVICE = "declare a pool of another name, move the workloads, and delete this one"
_MIGRATABLE = ("ubuntu", "azurelinux")  # azurerm node pool, os_sku


def pool_changes(within: str = "") -> tuple[Law, ...]:
    prefix = f"{within}." if within else ""
    inline = ("vmSize", "gpuInstanceProfile") if within else ()
    return (
        *(
            laws.Unchangeable(
                path=f"{prefix}{name}",
                advice=_ADVICE,
                source="azurerm node pool of 2026-08-21: ForceNew, or cycled",
            )
            for name in (*inline, *_FIXED)
        ),
        ImageStaysInFamily(path=f"{prefix}osSKU", advice=_ADVICE),
    )


@dataclass(frozen=True, kw_only=True)
class ImageStaysInFamily(laws.Unchangeable):
    """Ubuntu and Azure Linux can replace each other, other images can't."""

    @property
    def text(self) -> str:
        return f"`{self.path}` changes in place between Ubuntu and AzureLinux only"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        before = [item for _, item in walk.values(old, self.path)]
        for problem in super().changes(old, new):
            after = next((item for path, item in walk.values(new, self.path) if path == problem.path), None)
            images = [str(item).lower() for item in (*before, after)]
            if not all(image.startswith(_MIGRATABLE) for image in images):
                yield problem


@dataclass(frozen=True, kw_only=True)
class StaysEnabled(Law):
    """A feature can't be disabled any more."""

    path: str

    @property
    def text(self) -> str:
        return f"`{self.path}` can't be disabled once it is enabled"

    def changes(self, old: Values, new: Values) -> Iterator[Problem]:
        if walk.value(old, self.path) is True and walk.value(new, self.path) is False:
            yield self.problem(self.path, "can't be disabled once it is enabled: leave it true")


CLUSTER_CHANGES: tuple[Law, ...] = (
    *pool_changes("agentPoolProfiles[]"),
    laws.Unchangeable(path="networkProfile.loadBalancerSku", source="AKS, load-balancer-standard"),
    laws.Unchangeable(path="networkProfile.podCidrs", source="azurerm cluster, pod_cidrs"),
    laws.Unchangeable(path="networkProfile.ipFamilies", source="azurerm cluster, ip_versions"),
    StaysEnabled(path="oidcIssuerProfile.enabled", source="AKS, use-oidc-issuer"),
    StaysEnabled(path="aadProfile.managed", source="AKS, enable-authentication-microsoft-entra-id"),
)
