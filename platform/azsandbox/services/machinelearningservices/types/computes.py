"""Compute of a workspace: clusters and instances of Azure ML, and what is attached."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import compute_settings, computes
from azsandbox.services.machinelearningservices.types.common import WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Compute",
        path=WORKSPACE + "/computes/{computeName}",
        laws=(
            laws.Unchangeable(path="properties.computeType"),
            laws.Unchangeable(path="properties.resourceId"),
        ),
        references=(
            Reference("properties.properties.subnet.id", (kinds.SUBNET,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
        ),
        early=(
            computes.kind_is_supported,
            computes.attached_cluster_is_named,
            computes.attached_resource_is_of_the_kind,
            compute_settings.name_goes_with_kind,
            compute_settings.size_is_named,
            compute_settings.nodes_scale,
            compute_settings.sign_in_is_complete,
            compute_settings.instance_stops_and_starts,
            compute_settings.namespace_is_a_label,
            compute_settings.attached_machine_is_named,
        ),
        rules=(
            computes.cluster_has_azure_ml_extension,
            computes.cluster_in_region_of_workspace,
            computes.workspace_identity_may_attach,
            computes.managed_compute_fits_the_network,
            computes.size_is_unchanged,
        ),
        doubts=(computes.attach_assigns_roles, computes.cluster_trusts_the_workspace),
        outputs=outputs.compute,
        claims=(
            documented(
                "the length of a name depends on the kind: clusters 32, instances 24, attached ones 16"
            ),
            specified("resourceId is of the kind that the compute type attaches"),
            documented("AKS attaches as Kubernetes; the legacy type AKS is refused"),
            documented("the cluster has the Azure ML extension and is in the workspace's region"),
            documented(
                "a user-assigned identity of the workspace has the two roles on the cluster that attaching "
                "needs; a warning where the attach assigns them to the system-assigned one"
            ),
            documented(
                "a warning if a cluster without local accounts has no trusted access role binding for the "
                "workspace"
            ),
            documented("a namespace is a label; an attached cluster has one kind of identity"),
            specified("a cluster or instance names a size that exists; minNodeCount is at most maxNodeCount"),
            documented("signing in to nodes needs a password or a public key"),
            documented("an instance stops after 15 minutes to 3 days of idleness; its schedules are valid"),
            documented("in a managed network a compute names no subnet and is in the workspace's region"),
            documented("nodes without a public address need a subnet or a managed network"),
            documented("the size of a cluster or instance can't change"),
        ),
        deviations=("nothing checks that the namespace exists; Azure does not either",),
    ),
)
