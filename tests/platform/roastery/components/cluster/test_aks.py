"""The cluster: private, Entra ID only, with identities whose roles come first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery import roles
from roastery.components.cluster.aks import JOB_NODES, Aks, AksArgs, NodePool
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup) -> Any:
    """The cluster of production."""
    args = AksArgs(
        resource_group=group,
        subnet_id="subnet-id",
        vnet_id="vnet-id",
        zone_id="zone-id",
        registry_id="cr-id",
        log_workspace_id="logs-id",
        tenant="tenant-id",
        admins="admins-id",
        version="1.34",
        tier="Standard",
        zones=("1", "2", "3"),
        service_cidr="10.60.0.0/16",
        pod_cidr="10.61.0.0/16",
        dns_service_ip="10.60.0.10",
        system_pool=NodePool(size="Standard_D4s_v5", minimum=3, maximum=6),
        job_pool=NodePool(size="Standard_D8s_v5", minimum=0, maximum=20),
    )
    return declare(lambda: Aks("cluster", args))


def test_the_api_server_is_private_and_runs_no_commands_from_outside(declared: Any) -> None:
    access = declared.inputs("aks")["apiServerAccessProfile"]

    assert access["enablePrivateCluster"] is True
    assert access["enablePrivateClusterPublicFQDN"] is False
    assert access["disableRunCommand"] is True
    assert access["privateDNSZone"] == "zone-id"


def test_only_entra_id_signs_in(declared: Any) -> None:
    inputs = declared.inputs("aks")

    assert inputs["disableLocalAccounts"] is True
    assert inputs["aadProfile"]["enableAzureRBAC"] is True
    assert inputs["aadProfile"]["adminGroupObjectIDs"] == ["admins-id"]
    assert inputs["oidcIssuerProfile"] == {"enabled": True}
    assert inputs["securityProfile"]["workloadIdentity"] == {"enabled": True}


def test_its_identities_have_these_roles_and_no_others(declared: Any) -> None:
    assert declared.roles() == {
        "aks-dns": (roles.PRIVATE_DNS_ZONE_CONTRIBUTOR, "zone-id"),
        "aks-network": (roles.NETWORK_CONTRIBUTOR, "vnet-id"),
        "aks-kubelet": (roles.MANAGED_IDENTITY_OPERATOR, "id-kubelet-id"),
        "kubelet-pull": (roles.ACR_PULL, "cr-id"),
    }


def test_the_roles_come_before_the_cluster(declared: Any) -> None:
    assert {f"role-{name}" for name in declared.roles()} <= declared.named("aks").depends_on


def test_pods_are_in_an_overlay_behind_the_nat_gateway(declared: Any) -> None:
    network = declared.inputs("aks")["networkProfile"]

    assert (network["networkPlugin"], network["networkPluginMode"]) == ("azure", "overlay")
    assert network["networkPolicy"] == "cilium"
    assert network["outboundType"] == "userAssignedNATGateway"
    assert (network["serviceCidr"], network["podCidr"]) == ("10.60.0.0/16", "10.61.0.0/16")


def test_both_pools_scale_within_their_bounds_on_encrypted_private_nodes(declared: Any) -> None:
    (system,) = declared.inputs("aks")["agentPoolProfiles"]
    jobs = declared.inputs("pool-jobs")

    assert (system["minCount"], system["maxCount"]) == (3, 6)
    assert (jobs["minCount"], jobs["maxCount"]) == (0, 20)
    for pool in (system, jobs):
        assert pool["enableEncryptionAtHost"] is True
        assert pool["enableNodePublicIP"] is False
        assert pool["availabilityZones"] == ["1", "2", "3"]


def test_the_autoscaler_decides_how_many_job_nodes_there_are(declared: Any) -> None:
    registration = declared.named("pool-jobs")

    assert registration.ignore_changes == ("count",)
    assert registration.inputs["nodeLabels"] == JOB_NODES


def test_the_audit_log_leaves_out_reads(declared: Any) -> None:
    categories = {log["category"] for log in declared.inputs("diag-aks")["logs"]}

    assert "kube-audit-admin" in categories
    assert "kube-audit" not in categories


def test_the_cluster_is_named_tagged_and_protected(declared: Any, group: ResourceGroup) -> None:
    registration = declared.named("aks")

    assert registration.inputs["resourceName"] == group.names.of("kubernetes cluster")
    assert registration.inputs["tags"] == {"owner": "forecasting"}
    assert registration.protect is True
    assert len(declared.of_type("MaintenanceConfiguration")) == 2
