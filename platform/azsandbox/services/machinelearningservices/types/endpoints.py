"""Online endpoints and their deployments."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented
from azsandbox.arm.model import NameRule, Reference, ResourceType
from azsandbox.services import kinds
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import (
    deployment_assets,
    deployments,
    endpoints,
    node_room,
)
from azsandbox.services.machinelearningservices.types.common import COMPUTE, WORKSPACE

_NAME = NameRule(
    r"[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]",
    "3 to 32 letters, digits and hyphens, starting with a letter, not ending in a hyphen",
)
_ENDPOINT = WORKSPACE + "/onlineEndpoints/{endpointName}"

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:OnlineEndpoint",
        path=_ENDPOINT,
        name=_NAME,
        replace=("properties.authMode",),
        laws=(laws.Unchangeable(path="properties.compute"),),
        references=(
            Reference("properties.compute", (COMPUTE,)),
            Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),
        ),
        early=(
            endpoints.traffic_adds_up,
            endpoints.mirrored_traffic_goes_to_one_deployment,
            endpoints.sign_in_goes_with_compute,
        ),
        rules=(
            endpoints.name_unique_in_region,
            endpoints.compute_is_attached_cluster,
            endpoints.traffic_goes_to_existing_deployments,
            endpoints.identity_is_unchanged,
        ),
        outputs=outputs.online_endpoint,
        claims=(
            documented("traffic adds up to 0 or 100 and names deployments that exist"),
            documented(
                "at most 50 % is mirrored, to one deployment of a managed endpoint without live traffic"
            ),
            documented("Entra tokens sign in to managed endpoints only"),
            documented("its compute is an attached Kubernetes cluster"),
            documented("the name is unique in its region"),
            documented("the identity can't change"),
        ),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:OnlineDeployment",
        path=_ENDPOINT + "/deployments/{deploymentName}",
        name=_NAME,
        laws=(laws.Unchangeable(path="properties.endpointComputeType"),),
        early=(
            deployments.replicas_are_set,
            deployments.scaling_is_possible,
            deployments.probes_are_possible,
            deployments.requests_end_in_time,
            deployments.resources_are_quantities,
            deployments.resources_are_enough_for_mlflow,
            deployments.something_is_served,
            deployments.collected_data_is_a_share,
        ),
        rules=(
            deployment_assets.deployment_matches_compute_of_endpoint,
            deployment_assets.assets_exist,
            deployment_assets.model_can_be_served,
            deployment_assets.instance_type_exists,
        ),
        doubts=(node_room.deployment_fits_a_node,),
        claims=(
            documented("a Kubernetes deployment goes with an endpoint on Kubernetes"),
            documented("both names together have at most 62 characters on Kubernetes"),
            documented("the SKU's capacity is the number of replicas; an MLflow model needs 2 CPU and 4 GiB"),
            documented("only Kubernetes scales by target utilization, from minInstances to maxInstances"),
            documented("probes wait and repeat within their limits"),
            documented("a request takes at most 180 seconds, on Kubernetes 300"),
            documented("resources are quantities; requests are set and within limits"),
            documented("the size of managed instances exists"),
            documented("model, environment and code exist in the workspace"),
            documented("a custom model has a scoring script, or an environment with inference routes"),
            documented("the instance type exists in the cluster and allows the deployment's limits"),
            documented("an instance type that fits no node of its cluster is a warning"),
            documented("a share of collected data is between 0 and 1"),
        ),
    ),
)
