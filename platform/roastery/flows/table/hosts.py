"""Host names that several flows name, from Microsoft's pages; a firewall has to know them one by one."""

from __future__ import annotations

# learn.microsoft.com/azure/aks/outbound-rules-control-egress, read 2026-12-01.
MICROSOFT_REGISTRY = ("mcr.microsoft.com", "*.data.mcr.microsoft.com", "mcr-0001.mcr-msedge.net")
NODE_PACKAGES = ("packages.microsoft.com", "acs-mirror.azureedge.net", "packages.aks.azure.com")
AZURE_POLICY = (
    "data.policy.core.windows.net",
    "store.policy.core.windows.net",
    "dc.services.visualstudio.com",
)
DEFENDER = ("*.cloud.defender.microsoft.com",)
EXTENSIONS = ("{region}.dp.kubernetesconfiguration.azure.com",)
