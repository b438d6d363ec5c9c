"""Helm releases: Pulumi does not see what they install, so the model adds it to the cluster."""

from __future__ import annotations

import hashlib
from typing import Any

from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.kubernetes import charts, registries
from azsandbox.kubernetes.cluster import Cluster
from azsandbox.pulumi.provider.backend import State, Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.schema.values import reveal

# pulumi-kubernetes 4: kubernetes:helm.sh/v3:Release
INPUTS = frozenset(
    [
        "allowNullValues",
        "atomic",
        "chart",
        "cleanupOnFail",
        "compat",
        "createNamespace",
        "dependencyUpdate",
        "description",
        "devel",
        "disableCRDHooks",
        "disableOpenapiValidation",
        "disableWebhooks",
        "forceUpdate",
        "keyring",
        "lint",
        "manifest",
        "maxHistory",
        "name",
        "namespace",
        "postrender",
        "recreatePods",
        "renderSubchartNotes",
        "replace",
        "repositoryOpts",
        "resetValues",
        "resourceNames",
        "reuseValues",
        "skipAwait",
        "skipCrds",
        "timeout",
        "valueYamlFiles",
        "values",
        "verify",
        "version",
        "waitForJobs",
    ]
)


def check(inputs: Values) -> list[Problem]:
    problems: list[Problem] = [
        Problem(name, f"is not a property of a Release{suggestion(name, INPUTS)}")
        for name in inputs
        if name not in INPUTS and not name.startswith("__")
    ]
    if not isinstance(inputs.get("chart"), str):
        return [*problems, Problem("chart", "is required")] if inputs.get("chart") is None else problems
    chart = charts.find(inputs)
    if not _has_credentials(inputs):
        problems.extend(registries.problems(inputs["chart"]))
    if inputs.get("version") is None and "://" not in inputs["chart"]:
        problems.append(
            Problem(
                "version",
                "is not set: the newest version of the chart would be installed, which changes over time",
                warning=True,
            )
        )
    values: Any = inputs.get("values")
    name = charts.name_of(inputs["chart"])
    problems.extend(
        Problem(f"values.{value}", f"is not a value of chart {name}{suggestion(value, chart.values)}")
        for value in (values if isinstance(values, dict) else {})
        if value not in chart.values
    )
    return problems


def _has_credentials(inputs: Values) -> bool:
    """Whether the program itself names a user, which then is in its state."""
    options: Any = inputs.get("repositoryOpts")
    return isinstance(options, dict) and bool(options.get("username"))


def with_name(new: Values, old: Values, program_name: str, seed: bytes, namespace: str) -> Values:
    """The inputs with the name and the namespace that the provider fills in."""
    suffix = hashlib.sha256(seed or program_name.encode()).hexdigest()[:8]
    name = new.get("name") or old.get("name") or f"{program_name}-{suffix}"
    return {**new, "name": name, "namespace": new.get("namespace") or namespace}


def identifier(cluster: Cluster, inputs: Values) -> str:
    plain = reveal(inputs)
    return cluster.id("helm.sh/v3", "Release", str(plain.get("namespace")), str(plain.get("name")))


def install(cluster: Cluster, inputs: Values, token: str) -> State:
    plain = reveal(inputs)
    namespace, name = str(plain["namespace"]), str(plain["name"])
    if cluster.subscription.get(identifier(cluster, inputs)) is not None:
        raise ArmError(409, "AlreadyExists", "cannot re-use a name that is still in use")
    if not cluster.has_namespace(namespace):
        if not plain.get("createNamespace"):
            raise ArmError(404, "NotFound", f'create: failed to create: namespaces "{namespace}" not found')
        space = cluster.id("v1", "Namespace", "", namespace)
        cluster.subscription.put(
            Resource(id=space, token="kubernetes:core/v1:Namespace", kind="kubernetes/Namespace")
        )
    outputs = _put(cluster, inputs, token, revision=1)
    return State(id=f"{namespace}/{name}", outputs=outputs, inputs=inputs)


def upgrade(cluster: Cluster, inputs: Values, outputs: Values, token: str) -> Values:
    status: Any = reveal(outputs).get("status") or {}
    return _put(cluster, inputs, token, revision=int(status.get("revision") or 1) + 1)


def uninstall(cluster: Cluster, inputs: Values) -> None:
    """Remove a release; its custom resource definitions stay, which is the default of Argo's charts."""
    cluster.subscription.remove(identifier(cluster, inputs))


def _put(cluster: Cluster, inputs: Values, token: str, *, revision: int) -> Values:
    plain = reveal(inputs)
    chart = charts.find(plain)
    if charts.installs_types(plain):
        for api, kind in chart.types:
            cluster.add_type(api, kind)
    status = {
        "name": plain["name"],
        "namespace": plain["namespace"],
        "chart": charts.name_of(str(plain["chart"])),
        "version": plain.get("version") or "latest",
        "revision": revision,
        "status": "deployed",
    }
    outputs = {**inputs, "status": status}
    cluster.subscription.put(
        Resource(
            id=identifier(cluster, inputs),
            token=token,
            kind="kubernetes/Release",
            inputs=inputs,
            outputs=outputs,
        )
    )
    return outputs
