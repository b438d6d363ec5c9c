"""A deployment against its endpoint, its compute and the assets that it serves.

Source: learn.microsoft.com, "Deploy machine learning models to online endpoints", "Use a custom container to
deploy a model", "Deploy MLflow models to online endpoints", "Manage and increase quotas and limits"
(2026-12-01).
"""

from __future__ import annotations

from azsandbox.arm import ids
from azsandbox.arm.model import Request
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.services.machinelearningservices.rules import instance_types, references
from azsandbox.services.machinelearningservices.rules.reading import at, section, text

_LONGEST_NAMES = 62
_SCRIPT = "AZUREML_ENTRY_SCRIPT"  # of the inference server, where the script is in the image
_WITHOUT_CODE = frozenset({"mlflow_model", "triton_model"})


def deployment_matches_compute_of_endpoint(request: Request) -> None:
    compute = at(request.parent.inputs, "properties.compute") if request.parent else None
    kind = str(request.at("properties.endpointComputeType"))
    if (kind == "Kubernetes") != bool(compute):
        location = f"on compute '{compute}'" if compute else "managed"
        raise ArmError(
            400,
            "BadArgumentWithTarget",
            f"A {kind} deployment does not go with endpoint '{ids.parent_of(request.id)}', which is "
            f"{location}.",
        )
    names = len(request.name) + (len(request.parent.name) if request.parent else 0)
    if kind == "Kubernetes" and names > _LONGEST_NAMES:
        raise ArmError(
            400,
            "BadArgument",
            f"The names of endpoint '{request.parent.name if request.parent else ''}' and deployment "
            f"'{request.name}' have {names} characters: on Kubernetes at most {_LONGEST_NAMES} together.",
        )


def assets_exist(request: Request) -> None:
    for path, kind in (
        ("properties.model", "models"),
        ("properties.environmentId", "environments"),
        ("properties.codeConfiguration.codeId", "codes"),
    ):
        reference = text(request.at(path))
        if reference:
            references.check_asset(request, reference, kind, path)


def model_can_be_served(request: Request) -> None:
    """A custom model needs a scoring script, or an environment that says how its server is asked."""
    model, environment = _asset(request, "model", "models"), _asset(request, "environmentId", "environments")
    kind = str(at(model.inputs, "properties.modelType") or "custom_model") if model else None
    variables = section(request.at("properties.environmentVariables"))
    scripted = request.at("properties.codeConfiguration") is not None or _SCRIPT in variables
    if kind in _WITHOUT_CODE or scripted:
        return
    if kind is not None and request.at("properties.environmentId") is None:
        raise ArmError(
            400,
            "BadArgument",
            f"properties.environmentId of '{request.name}' is required: its model is a {kind}, and only "
            "MLflow and "
            "Triton models are served without an environment.",
        )
    if environment is not None and not section(environment.inputs, "properties.inferenceConfig"):
        raise ArmError(
            400,
            "BadArgument",
            f"properties.codeConfiguration of '{request.name}' is required: its environment has no "
            "inferenceConfig "
            "that says on which routes a server of its own answers.",
        )


def _asset(request: Request, name: str, kind: str) -> Resource | None:
    reference = text(request.at(f"properties.{name}"))
    return references.resource_named(request, reference, kind) if reference else None


def instance_type_exists(request: Request) -> None:
    reference = text(at(request.parent.inputs, "properties.compute")) if request.parent else None
    if reference is None or request.at("properties.endpointComputeType") != "Kubernetes":
        return
    compute = request.subscription.get(reference)
    if compute is None:
        return
    path = "properties.instanceType"
    resources = instance_types.check(request, compute, request.at(path), path)
    required = "properties.containerResourceRequirements"
    if resources is not None:
        instance_types.check_limits(
            request,
            resources,
            section(request.at(f"{required}.containerResourceLimits")),
            f"{required}.containerResourceLimits",
        )
