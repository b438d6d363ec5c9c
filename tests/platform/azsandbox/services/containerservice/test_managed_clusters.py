"""AKS clusters: what is refused before a deployment, and what must exist around the cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State
from azsandbox.services.authorization.roles import NETWORK_CONTRIBUTOR, PRIVATE_DNS_ZONE_CONTRIBUTOR

Inputs = dict[str, Any]
CLUSTER = "containerservice:ManagedCluster"
NAMED = {
    "resourceGroupName": "rg",
    "resourceName": "aks",
    "dnsPrefix": "aks",
    "identity": {"type": "SystemAssigned"},
}


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ({"mode": "User"}, "no pool of mode System"),
        ({"name": "System-1"}, "is not a valid name"),
        ({"enableAutoScaling": True, "minCount": 3, "maxCount": 2}, "more than maxCount"),
        ({"scaleSetPriority": "Spot"}, "can't be combined with mode 'System'"),
    ],
)
def test_pools_that_can_not_work_are_refused_before_anything_is_deployed(
    azure: Any, system_pool: Inputs, pool: Inputs, words: str
) -> None:
    problems = azure.errors(CLUSTER, **NAMED, agentPoolProfiles=[{**system_pool, **pool}])
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (
            {"networkProfile": {"serviceCidr": "10.0.0.0/16", "podCidr": "10.0.0.0/15"}},
            "overlaps serviceCidr",
        ),
        (
            {"networkProfile": {"serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.1"}},
            "not be its first address",
        ),
        ({"networkProfile": {"networkPolicy": "cilium"}}, "needs networkDataplane cilium"),
        ({"apiServerAccessProfile": {"privateDNSZone": "system"}}, "goes with enablePrivateCluster only"),
    ],
)
def test_clusters_that_can_not_work_are_refused_before_anything_is_deployed(
    azure: Any, system_pool: Inputs, inputs: Inputs, words: str
) -> None:
    problems = azure.errors(CLUSTER, **NAMED, agentPoolProfiles=[system_pool], **inputs)
    assert any(words in problem for problem in problems), problems


def test_the_control_plane_needs_its_roles_before_the_cluster_is_created(
    azure: Any, private_cluster: Callable[..., Inputs]
) -> None:
    inputs = private_cluster(assigned=(NETWORK_CONTRIBUTOR,))
    assert azure.refusal(CLUSTER, **inputs) == "CustomPrivateDNSZoneMissingPermissionError"


def test_a_custom_network_needs_network_contributor(
    azure: Any, private_cluster: Callable[..., Inputs]
) -> None:
    inputs = private_cluster(assigned=(PRIVATE_DNS_ZONE_CONTRIBUTOR,))
    assert azure.refusal(CLUSTER, **inputs) == "CustomVnetMissingPermissionError"


def test_the_zone_is_named_for_the_region(azure: Any, private_cluster: Callable[..., Inputs]) -> None:
    assert azure.refusal(CLUSTER, **private_cluster(region="northeurope")) == "InvalidPrivateDNSZone"


def test_egress_through_nat_needs_a_nat_gateway_on_the_subnet(
    azure: Any, private_cluster: Callable[..., Inputs]
) -> None:
    nat = {"networkProfile": {"outboundType": "userAssignedNATGateway"}}
    assert azure.refusal(CLUSTER, **private_cluster(), **nat) == "SubnetMissingEgress"


def test_pods_and_services_stay_out_of_the_networks_range(
    azure: Any, private_cluster: Callable[..., Inputs]
) -> None:
    ranges = {"networkProfile": {"serviceCidr": "10.0.0.0/20"}}
    assert azure.refusal(CLUSTER, **private_cluster(), **ranges) == "ServiceCidrOverlapExistingSubnetsCidr"


def test_a_cluster_comes_with_issuer_kubelet_and_private_name(cluster: State) -> None:
    assert cluster.outputs["oidcIssuerProfile"]["issuerURL"].startswith(
        "https://westeurope.oic.prod-aks.azure.com/"
    )
    assert cluster.outputs["privateFQDN"].endswith(".privatelink.westeurope.azmk8s.io")
    assert "fqdn" not in cluster.outputs
    assert cluster.outputs["identityProfile"]["kubeletidentity"]["objectId"]


def test_versions_go_up_one_minor_at_a_time(azure: Any, cluster: State) -> None:
    azure.update(CLUSTER, cluster, kubernetesVersion="1.33")
    azure.update(CLUSTER, cluster, kubernetesVersion="1.34")
    with pytest.raises(ArmError, match=r"1\.34 to 1\.36 is not allowed"):
        azure.update(CLUSTER, cluster, kubernetesVersion="1.36")
    with pytest.raises(ArmError, match=r"1\.34 to 1\.33 is not allowed"):
        azure.update(CLUSTER, cluster, kubernetesVersion="1.33")


@pytest.mark.usefixtures("cluster")
def test_a_maintenance_window_has_four_hours_and_one_of_three_names(azure: Any) -> None:
    token = "containerservice:MaintenanceConfiguration"
    window = {"schedule": {"daily": {"intervalDays": 1}}, "startTime": "02:00", "durationHours": 4}
    named = {"resourceGroupName": "rg", "resourceName": "aks"}
    upgrades = {**named, "configName": "aksManagedAutoUpgradeSchedule"}
    (problem,) = azure.errors(token, **upgrades, maintenanceWindow={**window, "durationHours": 3})
    assert problem == "maintenanceWindow.durationHours is 3, but must be 4 to 24"
    (problem,) = azure.errors(token, **named, configName="mine", maintenanceWindow=window)
    assert "aksManagedNodeOSUpgradeSchedule" in problem
    azure.make(token, **upgrades, maintenanceWindow=window)
