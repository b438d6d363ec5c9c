"""Compute of a workspace: AKS clusters that are attached to it."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import computes
from azsandbox.services.machinelearningservices.types.common import WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Compute",
        path=WORKSPACE + "/computes/{computeName}",
        name=NameRule(
            r"(?!.*-\d+$)[a-zA-Z][a-zA-Z0-9-]{1,15}",
            "2 to 16 letters, digits and hyphens, starting with a letter, not ending in -<digits>",
        ),
        replace=("properties.computeType", "properties.resourceId"),
        references=(
            Reference("properties.resourceId", (kinds.MANAGED_CLUSTER,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
        ),
        early=(computes.kind_is_supported, computes.attached_cluster_is_named),
        rules=(
            computes.cluster_has_azure_ml_extension,
            computes.cluster_in_region_of_workspace,
            computes.workspace_identity_may_attach,
        ),
        outputs=outputs.compute,
        claims=(
            documented("AKS attaches as Kubernetes; the legacy type AKS is refused"),
            documented("the cluster has the Azure ML extension and is in the workspace's region"),
            documented("the workspace's identity has the two roles on the cluster that attaching needs"),
        ),
        deviations=("nothing checks that the namespace exists; Azure does not either",),
    ),
)
