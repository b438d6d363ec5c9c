"""What Azure ML refuses about a deployment's inputs: replicas, scaling, probes, time-outs, resources.

Source: learn.microsoft.com, "CLI (v2) managed|Kubernetes online deployment YAML schema", "Manage and increase
quotas and limits", "Create and manage instance types", section "Resource section validation" (2026-12-01);
azure-ai-ml 1.35, `entities/_deployment/online_deployment.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.compute.sizes import size_is_known
from azsandbox.services.machinelearningservices.rules.commands import whole_number
from azsandbox.services.machinelearningservices.rules.reading import (
    at,
    named,
    number,
    quantity,
    seconds,
    section,
    text,
)

_LONGEST = {"Managed": 180, "Kubernetes": 300}  # seconds of a request
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_MLFLOW = {"cpu": 2.0, "memory": 4e9}
_LEAST_MEMORY = 1e6


def replicas_are_set(inputs: Values) -> Iterator[Problem]:
    """The SKU's capacity, unless the deployment scales itself."""
    sku = inputs.get("sku")
    scales = at(inputs, "properties.scaleSettings.scaleType") == "TargetUtilization"
    if sku is not None and not isinstance(sku, dict | list | str):
        return
    values = section(sku)
    if values.get("capacity") is None and not scales:
        yield Problem("sku.capacity", "is required: it is the number of replicas", code="required")
    elif text(values.get("name")) not in {None, "Default"}:
        yield Problem("sku.name", f"is {values['name']!r}, but a deployment's SKU is called 'Default'")
    yield from whole_number(values, "sku", "capacity", 1)


def scaling_is_possible(inputs: Values) -> Iterator[Problem]:
    properties, path = section(inputs, "properties"), "properties.scaleSettings"
    scaling = section(properties.get("scaleSettings"))
    if scaling.get("scaleType") != "TargetUtilization":
        return
    if properties.get("endpointComputeType") == "Managed":
        yield Problem(
            f"{path}.scaleType",
            "is 'TargetUtilization', which goes with Kubernetes only: scale a managed deployment by "
            "Azure Monitor's "
            "autoscale",
        )
    yield from whole_number(scaling, path, "minInstances", 0)
    yield from whole_number(scaling, path, "maxInstances", 1)
    yield from whole_number(scaling, path, "targetUtilizationPercentage", 1, 100)
    low, high = number(scaling.get("minInstances")), number(scaling.get("maxInstances"))
    if low is not None and high is not None and low > high:
        yield Problem(f"{path}.minInstances", f"is {low:g}, above maxInstances {high:g}")
    yield from _duration(scaling, path, "pollingInterval", 1)


def _duration(
    values: Values, path: str, name: str, least: float = 0, most: float | None = None
) -> Iterator[Problem]:
    value = text(values.get(name))
    if value is None:
        if values.get(name) == "":
            yield Problem(f"{path}.{name}", "is empty, but must be an ISO 8601 duration such as PT10S")
        return
    length = seconds(value)
    if length is None:
        yield Problem(f"{path}.{name}", f"{value!r} is not an ISO 8601 duration such as PT10S")
    elif length < least:
        yield Problem(f"{path}.{name}", f"is {value!r}, but must be at least {least:g} seconds")
    elif most is not None and length > most:
        yield Problem(f"{path}.{name}", f"is {value!r}, but must be at most {most:g} seconds (PT{most:g}S)")


def probes_are_possible(inputs: Values) -> Iterator[Problem]:
    for name in _PROBES:
        probe, path = section(inputs, f"properties.{name}"), f"properties.{name}"
        for duration in ("initialDelay", "period", "timeout"):
            yield from _duration(probe, path, duration, 1)
        yield from whole_number(probe, path, "failureThreshold", 1)
        yield from whole_number(probe, path, "successThreshold", 1)
        threshold = number(probe.get("successThreshold"))
        if name == "livenessProbe" and threshold is not None and threshold > 1:
            yield Problem(f"{path}.successThreshold", f"is {threshold:g}, but is always 1 for liveness")


def requests_end_in_time(inputs: Values) -> Iterator[Problem]:
    properties, path = section(inputs, "properties"), "properties.requestSettings"
    settings = section(properties.get("requestSettings"))
    longest = _LONGEST.get(str(properties.get("endpointComputeType")))
    if any(name.startswith("azureml.promptflow") for name, _ in named(properties.get("properties"))):
        longest = _LONGEST["Kubernetes"]  # a flow has as long
    yield from _duration(settings, path, "requestTimeout", 0.001, longest)
    yield from _duration(settings, path, "maxQueueWait")
    yield from whole_number(settings, path, "maxConcurrentRequestsPerInstance", 1)


def resources_are_quantities(inputs: Values) -> Iterator[Problem]:
    properties, path = section(inputs, "properties"), "properties.containerResourceRequirements"
    required = section(properties.get("containerResourceRequirements"))
    requests, limits = (section(required.get(f"containerResource{part}")) for part in ("Requests", "Limits"))
    for part, values in (("Requests", requests), ("Limits", limits)):
        yield from _quantities(values, f"{path}.containerResource{part}")
    if (requests or limits) and properties.get("endpointComputeType") == "Kubernetes":
        for name in ("cpu", "memory"):
            if requests.get(name) is None:
                yield Problem(f"{path}.containerResourceRequests.{name}", "is required", code="required")
    if requests.get("gpu") is not None:
        yield Problem(f"{path}.containerResourceRequests.gpu", "can be set in the limits only")
    for name in ("cpu", "memory"):
        asked, allowed = quantity(requests.get(name)), quantity(limits.get(name))
        if asked is not None and allowed is not None and asked > allowed:
            yield Problem(
                f"{path}.containerResourceRequests.{name}",
                f"is {requests[name]}, above the limit of {limits[name]}",
            )


def _quantities(values: Values, path: str) -> Iterator[Problem]:
    for name, least, example in (("cpu", 0.0, "500m"), ("memory", _LEAST_MEMORY, "2Gi"), ("gpu", 0.0, "1")):
        value = values.get(name)
        if value is None or (isinstance(value, str) and value and text(value) is None):
            continue
        amount = quantity(value)
        if not isinstance(value, str | int | float):
            continue
        if amount is None:
            yield Problem(f"{path}.{name}", f"{value!r} is not a quantity such as {example}")
        elif name == "gpu" and not float(amount).is_integer():
            yield Problem(f"{path}.{name}", f"is {value!r}, but must be a whole number")
        elif amount < least or (amount == 0 and name != "gpu"):
            yield Problem(f"{path}.{name}", f"is {value!r}, which is too little")


def resources_are_enough_for_mlflow(inputs: Values) -> Iterator[Problem]:
    """A Kubernetes deployment without an environment serves an MLflow model: 2 CPU and 4 GB at least."""
    properties = section(inputs, "properties")
    if properties.get("endpointComputeType") != "Kubernetes" or properties.get("environmentId") is not None:
        return
    for part in ("Limits", "Requests"):
        path = f"containerResourceRequirements.containerResource{part}"
        values = section(properties, path)
        amounts = {name: quantity(values.get(name)) for name in _MLFLOW}
        if any(amount is not None and amount < _MLFLOW[name] for name, amount in amounts.items()):
            yield Problem(
                f"properties.{path}",
                f"are {values.get('cpu')} CPU and {values.get('memory')}, but an MLflow model needs 2 CPU "
                "and 4Gi",
            )


def something_is_served(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    model, environment = properties.get("model"), properties.get("environmentId")
    if not properties:
        return
    if model is None and environment is None:
        yield Problem(
            "properties.model", "is required, unless an environmentId names what serves", code="required"
        )
    code = section(properties.get("codeConfiguration"))
    if code and environment is None:
        yield Problem(
            "properties.environmentId",
            "is required for the scoring script of codeConfiguration",
            code="required",
        )
    script = text(code.get("scoringScript"))
    if script and script.startswith(("/", "\\")):
        yield Problem(
            "properties.codeConfiguration.scoringScript",
            f"{script!r} is an absolute path: it is relative to the code's folder",
        )
    if properties.get("endpointComputeType") == "Managed" and properties.get("instanceType") is None:
        yield Problem("properties.instanceType", "is required: the size of the instances", code="required")
    if properties.get("endpointComputeType") == "Managed":
        yield from size_is_known(
            properties.get("instanceType"), "properties.instanceType", inputs.get("location")
        )
    for name in ("model", "environmentId"):
        reference = text(properties.get(name))
        if reference and not reference.startswith(("azureml:", "/subscriptions/")):
            yield Problem(
                f"properties.{name}",
                f"{reference!r} names nothing: use an ARM id, or azureml:<name>:<version>",
            )


def collected_data_is_a_share(inputs: Values) -> Iterator[Problem]:
    for name, collection in named(section(inputs, "properties.dataCollector").get("collections")):
        rate = number(section(collection).get("samplingRate"))
        if rate is not None and not 0 <= rate <= 1:
            yield Problem(
                f"properties.dataCollector.collections.{name}.samplingRate",
                f"is {rate:g}, but must be between 0 and 1",
            )
