"""Environment, components, pipeline and data assets of a workspace, from the description of the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery.cache import Cache
from roastery.components.assets import specs
from roastery.components.assets.specs import Spec, StepRuntime
from roastery.components.assets.steps import PipelineDescription, StepDescription
from roastery.components.assets.versions import version_of
from roastery.components.resource_group import ResourceGroup

_PORT = 5001  # of Azure ML's inference server inside the image


@dataclass(frozen=True, kw_only=True)
class AssetsArgs:
    """What is registered.

    Args:
        resource_group: group and tags.
        workspace_id: ARM id of the workspace, as plain text: versions are computed from it.
        workspace: has to exist first.
        name: of the environment.
        image: by digest; it holds the code of every step.
        pipeline: the steps, wired.
        code_hash: hash of the code that a module reaches.
        runtime: where the steps run, and with which variables.
        cache: folder of specifications that were computed earlier.
    """

    resource_group: ResourceGroup
    workspace_id: str
    workspace: pulumi.Resource
    name: str
    image: str
    pipeline: PipelineDescription
    code_hash: Callable[[str], str]
    runtime: StepRuntime
    cache: Path


class Assets(pulumi.ComponentResource):
    """The assets. Each version is a hash of its content; older ones stay in the workspace."""

    environment_id: str
    pipeline_id: str

    def __init__(self, name: str, args: AssetsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:assets:Assets", name, None, opts)
        self._args = args
        self._workspace = args.workspace_id.rpartition("/")[2]
        self._cache = Cache(args.cache, ["azure-ai-ml"], [Path(specs.__file__)])
        self._declared: list[pulumi.Resource] = [args.workspace]
        self.environment_id = self._environment()
        self._declared = [*self._declared, *self._containers()]
        components = {node.step.name: self._step(node.step) for node in args.pipeline.nodes}
        self.pipeline_id = self._pipeline(components)
        self.register_outputs({"environment": self.environment_id, "pipeline": self.pipeline_id})

    @property
    def ready(self) -> list[pulumi.Resource]:
        """All of them, for resources that refer to them by id."""
        return self._declared

    def _version_opts(self) -> pulumi.ResourceOptions:
        # Retained: a run of last year refers to the version of last year.
        return pulumi.ResourceOptions(parent=self, depends_on=self._declared, retain_on_delete=True)

    def _environment(self) -> str:
        args = self._args
        version = version_of(args.image)
        route = ml.RouteArgs(path="/", port=_PORT)
        environment = ml.EnvironmentVersion(
            "environment",
            name=args.name,
            version=version,
            workspace_name=self._workspace,
            resource_group_name=args.resource_group.name,
            properties=ml.EnvironmentVersionPropertiesArgs(
                description="Trains and serves; built elsewhere, pinned by digest.",
                image=args.image,
                os_type="Linux",
                inference_config=ml.InferenceContainerPropertiesArgs(
                    liveness_route=route,
                    readiness_route=route,
                    scoring_route=ml.RouteArgs(path="/score", port=_PORT),
                ),
                tags=args.resource_group.tags,
            ),
            opts=self._version_opts(),
        )
        self._declared = [*self._declared, environment]
        return f"{args.workspace_id}/environments/{args.name}/versions/{version}"

    def _containers(self) -> list[pulumi.Resource]:
        """A container for each data asset that a step registers; its versions are registered by runs."""
        args = self._args
        return [
            ml.DataContainer(
                f"data-{port.asset}",
                name=port.asset,
                workspace_name=self._workspace,
                resource_group_name=args.resource_group.name,
                properties=ml.DataContainerPropertiesArgs(
                    data_type=port.type, description=port.description, tags=args.resource_group.tags
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[args.workspace]),
            )
            for node in args.pipeline.nodes
            for port in node.step.outputs
            if port.asset is not None
        ]

    def _step(self, step: StepDescription) -> str:
        environment = f"azureml:{self.environment_id}"
        content = self._content(step)
        version = version_of(content, environment, self._args.code_hash(step.module))
        return self._component(
            step.name,
            version,
            self._cache.get(
                [content, environment, version],
                lambda: specs.command_spec(step, version=version, environment=environment),
            ),
        )

    def _pipeline(self, components: Mapping[str, str]) -> str:
        pipeline, runtime = self._args.pipeline, self._args.runtime
        wired = [[node.step.name, dict(node.inputs)] for node in pipeline.nodes]
        content = [pipeline.name, pipeline.description, wired, dict(components), asdict(runtime)]
        version = version_of(content)
        spec = self._cache.get(
            [content, version],
            lambda: specs.pipeline_spec(
                pipeline,
                version=version,
                components={step: f"azureml:{id_}" for step, id_ in components.items()},
                runtime=runtime,
            ),
        )
        return self._component(pipeline.name, version, spec)

    def _component(self, name: str, version: str, spec: Spec) -> str:
        args = self._args
        component = ml.ComponentVersion(
            f"component-{name}",
            name=name,
            version=version,
            workspace_name=self._workspace,
            resource_group_name=args.resource_group.name,
            properties=ml.ComponentVersionPropertiesArgs(
                component_spec=spec, description=spec["description"], tags=args.resource_group.tags
            ),
            opts=self._version_opts(),
        )
        self._declared = [*self._declared, component]
        return f"{args.workspace_id}/components/{name}/versions/{version}"

    @staticmethod
    def _content(step: StepDescription) -> list[object]:
        """Everything that the specification is computed from, as plain data."""
        ports = [
            [port.name, port.type, port.description, port.optional] for port in (*step.inputs, *step.outputs)
        ]
        params = [
            [
                param.name,
                param.kind.__name__,
                param.description,
                param.default,
                list(param.choices),
                param.minimum,
                param.maximum,
            ]
            for param in step.params
        ]
        return [step.name, step.template(), step.description, ports, params, step.volatile]
