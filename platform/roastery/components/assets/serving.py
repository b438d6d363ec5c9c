"""The endpoint on Kubernetes and its two deployments, blue and green.

The program declares how they run. Which model they run and how traffic is split is decided by promotion, and
ignored here. A deployment without a model starts, and answers that it has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery.components.monitoring.drift import CONNECTION
from roastery.components.resource_group import ResourceGroup

COLOURS = ("blue", "green")


# Azure ML hands the inference server an instrumentation key and no credential, and Application Insights with
# local authentication off drops what comes without a token of Entra ID. The exporter in the server reads
# these as well: it signs in as the endpoint's identity, without a client id, as Azure ML on Kubernetes
# demands, and sends to the component's own address, not to the global one that a key alone stands for.
# learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication, environment variable configuration;
# azure-monitor-opentelemetry-exporter, export/_base.py and _connection_string_parser.py.
_SIGNED_IN = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD",
    # Its statistics of itself go to public addresses.
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
}


def telemetry_variables(connection_string: pulumi.Input[str]) -> dict[str, pulumi.Input[str]]:
    """Variables by which a deployment's telemetry reaches Application Insights with a token of Entra ID."""
    return {CONNECTION: connection_string, **_SIGNED_IN}


@dataclass(frozen=True, kw_only=True)
class PinnedModel:
    """A version in the registry of models.

    Args:
        name, version: of the model.
        uri: where its files are: `azureml://…`.
    """

    name: str
    version: str
    uri: str


@dataclass(frozen=True, kw_only=True)
class ServingArgs:
    """One endpoint.

    Args:
        resource_group: group, names, tags.
        workspace_id: ARM id of the workspace, as plain text.
        compute_id: ARM id of the attached cluster.
        identity_id: identity that it runs as.
        environment_id: image by digest, with the scoring script.
        instance_type: of the compute.
        replicas: of each deployment.
        cpu, memory: of a replica.
        auth_mode: how callers authenticate; an endpoint on Kubernetes takes no Entra token.
        variables: environment of a deployment: where the scoring script is in the image.
        connection_string: of Application Insights; no credential.
        model: the one that both deployments start with; without one they wait for a promotion.
        before: what has to exist first.
    """

    resource_group: ResourceGroup
    workspace_id: str
    compute_id: pulumi.Input[str]
    identity_id: pulumi.Input[str]
    environment_id: str
    instance_type: str
    replicas: int
    cpu: str
    memory: str
    auth_mode: Literal["AMLToken", "Key"]
    variables: Mapping[str, str]
    connection_string: pulumi.Input[str]
    model: PinnedModel | None
    before: Sequence[pulumi.Resource]


class Serving(pulumi.ComponentResource):
    """The endpoint, its deployments and, if one is pinned, the model."""

    name: str
    scoring_uri: pulumi.Output[str]
    model: ml.ModelVersion | None

    def __init__(self, name: str, args: ServingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:assets:Serving", name, None, opts)
        self._args = args
        self._workspace = args.workspace_id.rpartition("/")[2]
        self.model = self._model(args.model) if args.model else None
        endpoint = self._endpoint()
        for colour in COLOURS:
            self._deployment(colour, endpoint, self.model)
        self.name = args.resource_group.names.of("online endpoint")
        self.scoring_uri = endpoint.properties.apply(lambda properties: properties.scoring_uri)
        self.register_outputs({"name": self.name})

    def _model(self, model: PinnedModel) -> ml.ModelVersion:
        return ml.ModelVersion(
            "model",
            name=model.name,
            version=model.version,
            workspace_name=self._workspace,
            resource_group_name=self._args.resource_group.name,
            properties=ml.ModelVersionPropertiesArgs(
                model_type="mlflow_model",
                model_uri=model.uri,
                description="Pinned in the stack file.",
                tags=self._args.resource_group.tags,
            ),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True, depends_on=self._args.before),
        )

    def _endpoint(self) -> ml.OnlineEndpoint:
        args, resource_group = self._args, self._args.resource_group
        return ml.OnlineEndpoint(
            "endpoint",
            endpoint_name=resource_group.names.of("online endpoint"),
            workspace_name=self._workspace,
            resource_group_name=resource_group.name,
            location=resource_group.region,
            identity=ml.ManagedServiceIdentityArgs(
                type=ml.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[args.identity_id]
            ),
            properties=ml.OnlineEndpointPropertiesArgs(
                auth_mode=args.auth_mode,
                compute=args.compute_id,
                description="Monthly demand per store, with intervals.",
                public_network_access="Disabled",
            ),
            tags=resource_group.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=args.before,
                ignore_changes=["properties.traffic", "properties.mirrorTraffic"],
            ),
        )

    def _deployment(self, colour: str, endpoint: ml.OnlineEndpoint, model: ml.ModelVersion | None) -> None:
        args = self._args
        resources = ml.ContainerResourceSettingsArgs(cpu=args.cpu, memory=args.memory)
        probe = ml.ProbeSettingsArgs(
            initial_delay="PT10S", period="PT10S", timeout="PT5S", failure_threshold=30, success_threshold=1
        )
        ml.OnlineDeployment(
            f"deployment-{colour}",
            deployment_name=colour,
            endpoint_name=endpoint.name,
            workspace_name=self._workspace,
            resource_group_name=args.resource_group.name,
            location=args.resource_group.region,
            sku=ml.SkuArgs(name="Default", capacity=args.replicas),
            properties=ml.KubernetesOnlineDeploymentArgs(
                endpoint_compute_type="Kubernetes",
                environment_id=args.environment_id,
                environment_variables={**args.variables, **telemetry_variables(args.connection_string)},
                instance_type=args.instance_type,
                model=model.id if model else None,
                app_insights_enabled=True,
                container_resource_requirements=ml.ContainerResourceRequirementsArgs(
                    container_resource_requests=resources, container_resource_limits=resources
                ),
                liveness_probe=probe,
                readiness_probe=probe,
                request_settings=ml.OnlineRequestSettingsArgs(
                    request_timeout="PT30S", max_concurrent_requests_per_instance=4
                ),
                scale_settings=ml.DefaultScaleSettingsArgs(scale_type="Default"),
            ),
            tags=args.resource_group.tags,
            # Promotion sets model and tags, an autoscaler the capacity; the next `up` must not undo either.
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["properties.model", "sku.capacity", "tags"]
            ),
        )
