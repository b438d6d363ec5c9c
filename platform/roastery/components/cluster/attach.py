"""The cluster as compute of the workspace."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization, containerservice
from pulumi_azure_native import machinelearningservices as ml

from roastery import roles
from roastery.components.identity.roles import RoleGrant, assign_all
from roastery.components.resource_group import ResourceGroup

NAME = "aks"


def allow_attach(
    resource_group: ResourceGroup,
    principal: pulumi.Input[str],
    cluster_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> list[authorization.RoleAssignment]:
    """Declares the roles that the workspace's own identity needs on the cluster to attach and use it.

    Args:
        resource_group: names.
        principal: object id of the workspace's identity.
        cluster_id: ARM id of the cluster.
        parent: the component that the cluster belongs to.
    """
    grants = [
        RoleGrant(
            name=f"workspace-{part}",
            role=role,
            principal=principal,
            scope=cluster_id,
            why="The workspace attaches the cluster and runs jobs on it",
        )
        for part, role in {
            "extension": roles.KUBERNETES_EXTENSION_CONTRIBUTOR,
            "cluster-admin": roles.AKS_CLUSTER_ADMIN,
        }.items()
    ]
    return assign_all(grants, names=resource_group.names, parent=parent)


def trust(
    resource_group: ResourceGroup,
    workspace_id: pulumi.Input[str],
    cluster_name: pulumi.Input[str],
    parent: pulumi.Resource,
) -> containerservice.TrustedAccessRoleBinding:
    """Declares that the workspace may use the cluster without a local account.

    Older text of Azure/AML-Kubernetes, docs/azureml-aks-ta-support.md, wants it by hand before the attach; by
    newer text the attach makes it where the feature is deployed. Declared, it suits both.

    Args:
        resource_group: group of the cluster.
        workspace_id: ARM id of the workspace.
        cluster_name: name of the cluster.
        parent: the component that the cluster belongs to.
    """
    return containerservice.TrustedAccessRoleBinding(
        "trust-workspace",
        trusted_access_role_binding_name="azureml",
        resource_name_=cluster_name,
        resource_group_name=resource_group.name,
        source_resource_id=workspace_id,
        roles=["Microsoft.MachineLearningServices/workspaces/mlworkload"],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def attach(
    resource_group: ResourceGroup,
    *,
    workspace_name: pulumi.Input[str],
    cluster_id: pulumi.Input[str],
    namespace: str,
    instance_type: str,
    identity_id: pulumi.Input[str],
    parent: pulumi.Resource,
    before: list[pulumi.Resource],
) -> ml.Compute:
    """Attaches the cluster.

    Args:
        resource_group: group, tags.
        workspace_name: the workspace.
        cluster_id: ARM id of the cluster.
        namespace: where jobs run; it has to exist, which Azure does not check.
        instance_type: of jobs that name none.
        identity_id: user-assigned identity of the jobs.
        parent: the component that the cluster belongs to.
        before: namespace, instance type, extension, roles and trust, which have to exist first.
    """
    return ml.Compute(
        "compute-aks",
        compute_name=NAME,
        workspace_name=workspace_name,
        resource_group_name=resource_group.name,
        location=resource_group.region,
        identity=ml.ManagedServiceIdentityArgs(
            type=ml.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[identity_id]
        ),
        properties=ml.KubernetesArgs(
            compute_type="Kubernetes",
            resource_id=cluster_id,
            compute_location=resource_group.region,
            disable_local_auth=True,
            properties=ml.KubernetesPropertiesArgs(namespace=namespace, default_instance_type=instance_type),
        ),
        tags=resource_group.tags,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=before),
    )
