"""What Azure ML refuses about online endpoints.

Source: learn.microsoft.com, "CLI (v2) online endpoint YAML schema", "Perform safe rollout of new deployments
for real-time inference", "Authentication and authorization for online endpoints" and "Manage and increase
quotas and limits" (2026-12-01).
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.machinelearningservices.rules import references
from azsandbox.services.machinelearningservices.rules.reading import at, named, number, section, text

_ENDPOINT = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
_ALL_TRAFFIC = 100
_MIRRORED = 50


def traffic_adds_up(inputs: Values) -> Iterator[Problem]:
    traffic = section(inputs, "properties.traffic")
    shares = {name: share for name, value in named(traffic) if (share := number(value)) is not None}
    for name, share in shares.items():
        if not 0 <= share <= _ALL_TRAFFIC or not float(share).is_integer():
            yield Problem(
                f"properties.traffic.{name}", f"is {share:g}, but must be a whole number of percent, 0 to 100"
            )
    total = sum(shares.values())
    if len(shares) == len(list(named(traffic))) and total not in {0, _ALL_TRAFFIC}:
        yield Problem("properties.traffic", f"adds up to {total:g}, but must add up to 0 or 100")


def mirrored_traffic_goes_to_one_deployment(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    mirrored = {
        name: share
        for name, value in named(properties.get("mirrorTraffic"))
        if (share := number(value)) is not None
    }
    path = "properties.mirrorTraffic"
    if mirrored and properties.get("compute") is not None and any(mirrored.values()):
        yield Problem(path, "goes with managed endpoints only: one on Kubernetes does not mirror traffic")
    if len([share for share in mirrored.values() if share]) > 1:
        yield Problem(path, f"names {', '.join(mirrored)}: traffic can be mirrored to one deployment only")
    for name, share in mirrored.items():
        if not 0 <= share <= _MIRRORED or not float(share).is_integer():
            yield Problem(
                f"{path}.{name}", f"is {share:g}, but must be a whole number of percent, 0 to {_MIRRORED}"
            )
        if share and number(section(properties.get("traffic")).get(name)):
            yield Problem(
                f"{path}.{name}",
                "receives live traffic too: a deployment takes live or mirrored traffic, not both",
            )


def sign_in_goes_with_compute(inputs: Values) -> Iterator[Problem]:
    if at(inputs, "properties.authMode") == "AADToken" and at(inputs, "properties.compute") is not None:
        yield Problem(
            "properties.authMode",
            "is 'AADToken', which managed endpoints take only: on Kubernetes use Key or AMLToken",
        )


# with the subscription


def compute_is_attached_cluster(request: Request) -> None:
    reference = text(request.at("properties.compute"))
    if reference is None:
        return
    compute = references.check_compute(request, reference, "properties.compute")
    kind = at(compute.inputs, "properties.computeType") if compute else None
    if kind not in {None, "Kubernetes"}:
        raise ArmError(
            400,
            "BadArgument",
            f"properties.compute of '{request.name}' is '{reference}', a compute of type {kind}: an "
            "endpoint runs "
            "on an attached Kubernetes cluster, or, without a compute, on managed instances.",
        )


def name_unique_in_region(request: Request) -> None:
    region = regions.canonical(str(request.inputs.get("location", "")))
    for other in request.subscription.of_kind(_ENDPOINT):
        same_name = other.name.lower() == request.name.lower()
        same_region = regions.canonical(str(other.inputs.get("location", ""))) == region
        if same_name and same_region and ids.key(other.id) != ids.key(request.id):
            raise ArmError(
                409,
                "Conflict",
                f"An online endpoint named '{request.name}' already exists in {region}: '{other.id}'.",
            )


def traffic_goes_to_existing_deployments(request: Request) -> None:
    for kind, noun in (("traffic", "Traffic"), ("mirrorTraffic", "Mirrored traffic")):
        for name, share in named(request.at(f"properties.{kind}")):
            if share and request.subscription.get(f"{request.id}/deployments/{name}") is None:
                raise ArmError(
                    400,
                    "BadArgumentWithTarget",
                    f"{noun} names deployment '{name}', which does not exist in endpoint '{request.name}': "
                    "create the endpoint without traffic, then the deployment, then set the traffic.",
                )


def identity_is_unchanged(request: Request) -> None:
    """An identity is set at creation: "Access Azure resources from an online endpoint"."""
    if request.existing is None:
        return
    old, new = section(request.existing.inputs.get("identity")), section(request.inputs.get("identity"))
    if old.get("type") and new.get("type") and _plain(old["type"]) != _plain(new["type"]):
        raise ArmError(
            400,
            "BadArgument",
            f"The identity of endpoint '{request.name}' can't be changed from {old['type']} to "
            f"{new['type']}: it is "
            "set when the endpoint is created.",
        )


def _plain(kind: object) -> str:
    return str(kind).replace(" ", "").lower()
