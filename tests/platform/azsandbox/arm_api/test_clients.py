"""One resource of each service, written, read, written again and deleted by the official client."""

from __future__ import annotations

from typing import Any

import pytest

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
PLACE = {"location": "westeurope"}
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/seeded"
SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/seeded/subnets/nodes"
LOGS = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/seeded"
ML = "Microsoft.MachineLearningServices/workspaces"

BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "Microsoft.Resources/resourceGroups": ("2021-04-01", {**PLACE, "tags": {"team": "ml"}}),
    "Microsoft.Network/virtualNetworks": (
        "2024-05-01",
        {
            **PLACE,
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [{"name": "nodes", "properties": {"addressPrefix": "10.0.0.0/24"}}],
            },
        },
    ),
    "Microsoft.Network/privateEndpoints": (
        "2024-05-01",
        {
            **PLACE,
            "properties": {
                "subnet": {"id": SUBNET},
                "privateLinkServiceConnections": [
                    {"name": "blob", "properties": {"privateLinkServiceId": STORAGE, "groupIds": ["blob"]}}
                ],
            },
        },
    ),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": (
        "2024-06-01",
        {
            "location": "global",
            "properties": {
                "virtualNetwork": {"id": SUBNET.rpartition("/subnets")[0]},
                "registrationEnabled": False,
            },
        },
    ),
    "Microsoft.Storage/storageAccounts": (
        "2023-05-01",
        {
            **PLACE,
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "properties": {
                "supportsHttpsTrafficOnly": True,
                "networkAcls": {
                    "defaultAction": "Deny",
                    "ipRules": [{"value": "20.0.0.1", "action": "Allow"}],
                },
            },
        },
    ),
    "Microsoft.KeyVault/vaults": (
        "2023-07-01",
        {
            **PLACE,
            "properties": {
                "tenantId": "00000000-0000-0000-0000-0000000000aa",
                "sku": {"family": "A", "name": "standard"},
                "enableRbacAuthorization": True,
            },
        },
    ),
    "Microsoft.ContainerRegistry/registries": ("2023-07-01", {**PLACE, "sku": {"name": "Premium"}}),
    "Microsoft.ContainerService/managedClusters": (
        "2025-01-01",
        {
            **PLACE,
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "dnsPrefix": "aks",
                "agentPoolProfiles": [
                    {
                        "name": "system",
                        "mode": "System",
                        "type": "VirtualMachineScaleSets",
                        "count": 1,
                        "vmSize": "Standard_D4s_v5",
                    }
                ],
                "autoScalerProfile": {"scan-interval": "20s"},
            },
        },
    ),
    "Microsoft.ManagedIdentity/userAssignedIdentities": ("2023-01-31", {**PLACE}),
    "Microsoft.Authorization/locks": ("2020-05-01", {"properties": {"level": "CanNotDelete"}}),
    "Microsoft.OperationalInsights/workspaces": (
        "2023-09-01",
        {**PLACE, "properties": {"retentionInDays": 30}},
    ),
    "Microsoft.Insights/components": (
        "2020-02-02",
        {**PLACE, "kind": "web", "properties": {"Application_Type": "web", "WorkspaceResourceId": LOGS}},
    ),
    "Microsoft.Insights/metricAlerts": (
        "2018-03-01",
        {
            "location": "global",
            "properties": {
                "severity": 3,
                "enabled": True,
                "scopes": [STORAGE],
                "evaluationFrequency": "PT1M",
                "windowSize": "PT15M",
                "criteria": {
                    "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                    "allOf": [
                        {
                            "criterionType": "StaticThresholdCriterion",
                            "name": "low",
                            "metricName": "Availability",
                            "operator": "LessThan",
                            "threshold": 99,
                            "timeAggregation": "Average",
                        }
                    ],
                },
            },
        },
    ),
    "Microsoft.EventGrid/topics": ("2022-06-15", {**PLACE}),
    "Microsoft.EventHub/namespaces": (
        "2024-01-01",
        {**PLACE, "sku": {"name": "Standard", "tier": "Standard"}},
    ),
    "Microsoft.Compute/sshPublicKeys": ("2024-07-01", {**PLACE}),
    "Microsoft.Consumption/budgets": (
        "2023-11-01",
        {
            "properties": {
                "category": "Cost",
                "amount": 100,
                "timeGrain": "Monthly",
                "timePeriod": {"startDate": "2026-12-01T00:00:00Z"},
            }
        },
    ),
    "Microsoft.KubernetesConfiguration/extensions": (
        "2023-05-01",
        {"identity": {"type": "SystemAssigned"}, "properties": {"extensionType": "microsoft.flux"}},
    ),
    f"{ML}/data": ("2024-04-01", {"properties": {"dataType": "uri_file", "description": "beans"}}),
    "Microsoft.Portal/dashboards": ("2020-09-01-preview", {**PLACE, "tags": {"team": "ml"}}),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BODIES)
def test_an_official_client_writes_reads_and_deletes_the_type(campaign: Any, kind: str) -> None:
    version, body = BODIES[kind]
    outcome = campaign.judge(campaign.bicep.Sample(kind, version, "ours", "example", body))
    assert (outcome.step, outcome.message) == ("accepted", "")
    assert outcome.lost == []
