"""Helm releases: opaque to Pulumi, so the model says what they bring."""

from __future__ import annotations

import hashlib
from typing import Any

from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.kubernetes import charts
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
    found: list[Problem] = [
        Problem(name, f"a Release has no such property{suggestion(name, INPUTS)}")
        for name in inputs
        if name not in INPUTS and not name.startswith("__")
    ]
    if not isinstance(inputs.get("chart"), str):
        return [*found, Problem("chart", "is required")] if inputs.get("chart") is None else found
    chart = charts.find(inputs)
    if inputs.get("version") is None and "://" not in inputs["chart"]:
        found.append(
            Problem(
                "version", "is missing: the newest chart would be taken, another one each day", warning=True
            )
        )
    values: Any = inputs.get("values")
    where = f"chart {charts.name_of(inputs['chart'])}"
    found.extend(
        Problem(f"values.{name}", f"{where} has no such value{suggestion(name, chart.values)}")
        for name in (values if isinstance(values, dict) else {})
        if name not in chart.values
    )
    return found


def named(new: Values, old: Values, program_name: str, seed: bytes, namespace: str) -> Values:
    """Name and namespace as the provider fills them in."""
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
    """Helm leaves custom types behind when the chart says keep, as both of Argo's do by default."""
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
