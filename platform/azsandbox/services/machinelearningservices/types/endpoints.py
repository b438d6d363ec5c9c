"""Online endpoints and their deployments."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented
from azsandbox.arm.model import NameRule, Reference, ResourceType
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import endpoints
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
        replace=("properties.authMode", "properties.compute"),
        references=(Reference("properties.compute", (COMPUTE,)),),
        early=(endpoints.traffic_adds_up,),
        rules=(endpoints.name_unique_in_region, endpoints.traffic_goes_to_existing_deployments),
        outputs=outputs.online_endpoint,
        claims=(
            documented("traffic adds up to 0 or 100 and names deployments that exist"),
            documented("the name is unique in its region"),
            assumed("a change of compute or authentication is a new endpoint"),
        ),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:OnlineDeployment",
        path=_ENDPOINT + "/deployments/{deploymentName}",
        name=_NAME,
        replace=("properties.endpointComputeType",),
        early=(endpoints.replicas_are_set, endpoints.limits_are_enough_for_mlflow),
        rules=(endpoints.deployment_matches_compute_of_endpoint,),
        claims=(
            documented("a Kubernetes deployment goes with an endpoint on Kubernetes"),
            documented("the SKU's capacity is the number of replicas; an MLflow model needs 2 CPU and 4 GiB"),
        ),
    ),
)
