"""The cluster as compute of the workspace."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery import roles
from roastery.components.identity.roles import assign
from roastery.components.resource_group import ResourceGroup

NAME = "aks"


def allow_attach(
    resource_group: ResourceGroup,
    principal: pulumi.Input[str],
    cluster_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """The roles the workspace's own identity needs on the cluster to attach and use it."""
    return [
        assign(
            f"workspace-{part}",
            names=resource_group.names,
            role=role,
            principal=principal,
            scope=cluster_id,
            parent=parent,
            why="The workspace attaches the cluster and runs jobs on it",
        )
        for part, role in {
            "extension": roles.KUBERNETES_EXTENSION_CONTRIBUTOR,
            "cluster-admin": roles.AKS_CLUSTER_ADMIN,
        }.items()
    ]


def attach(
    resource_group: ResourceGroup,
    *,
    workspace_name: pulumi.Input[str],
    cluster_id: pulumi.Input[str],
    namespace: str,
    identity_id: pulumi.Input[str],
    parent: pulumi.Resource,
    before: list[pulumi.Resource],
) -> ml.Compute:
    """Attaches the cluster.

    Args:
        resource_group: group, tags.
        workspace_name: the workspace.
        cluster_id: ARM id of the cluster.
        namespace: where jobs run; it has to exist, and nothing in Azure checks that it does.
        identity_id: user-assigned identity of the jobs.
        parent: the component it belongs to.
        before: namespace, extension and roles.
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
            properties=ml.KubernetesPropertiesArgs(namespace=namespace, default_instance_type="jobs"),
        ),
        tags=resource_group.tags,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=before),
    )
