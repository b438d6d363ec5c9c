"""LimitRange and ResourceQuota: what a namespace lets in.

Sources: k8s.io/kubernetes plugin/pkg/admission/limitranger/admission.go, pkg/quota/v1/evaluator/core/pods.go
and k8s.io/apiserver pkg/admission/plugin/resourcequota; kubernetes.io, "Resource Quotas", "Limit Ranges"
(2026-12-01). Quotas with scopes are not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from azsandbox.errors import ArmError
from azsandbox.kubernetes import usage
from azsandbox.kubernetes.cluster import Cluster
from azsandbox.kubernetes.validation import quantities
from azsandbox.kubernetes.validation.field import Field

Values = dict[str, Any]


def admit(manifest: Field, cluster: Cluster) -> None:
    """Raise ArmError if a limit range or a quota of the namespace forbids the new object."""
    namespace = manifest["metadata"]["namespace"].text
    if not namespace:
        return
    ranges = [Field(item) for item in cluster.objects("v1", "LimitRange", namespace)]
    resources = usage.resources_of(manifest, ranges)
    reasons = list(outside_ranges(manifest, ranges))
    if reasons:
        text = reasons[0] if len(reasons) == 1 else f"[{', '.join(reasons)}]"
        raise _forbidden(manifest, text)
    for quota in cluster.objects("v1", "ResourceQuota", namespace):
        text = _above_quota(Field(quota), manifest, resources, lambda: _used(cluster, namespace, ranges))
        if text:
            raise _forbidden(manifest, text)


def workload_problems(template: Field, namespace: str, cluster: Cluster) -> Iterator[str]:
    """Why the pods of a workload would not be let in: the workload itself is."""
    pod = Field({"kind": "Pod", "apiVersion": "v1", "spec": template["spec"].value})
    ranges = [Field(item) for item in cluster.objects("v1", "LimitRange", namespace)]
    yield from outside_ranges(pod, ranges)
    resources = usage.resources_of(pod, ranges)
    for quota in cluster.objects("v1", "ResourceQuota", namespace):
        text = _above_quota(Field(quota), pod, resources, dict)
        if text:
            yield text


def _forbidden(manifest: Field, text: str) -> ArmError:
    plural = usage.plural(manifest["kind"].text)
    group = manifest["apiVersion"].text.rpartition("/")[0]
    resource = f"{plural}.{group}" if group else plural
    return ArmError(
        403, "Forbidden", f'{resource} "{manifest["metadata"]["name"].text}" is forbidden: {text}'
    )


# limit ranges


def outside_ranges(manifest: Field, ranges: list[Field]) -> Iterator[str]:
    for limit_range in ranges:
        for item in limit_range["spec"]["limits"].items():
            kind = item["type"].text
            if kind == "PersistentVolumeClaim" == manifest["kind"].text:
                yield from _outside(item, kind, {}, usage.claim(manifest))
            elif manifest["kind"].text == "Pod" and kind == "Container":
                for container in usage.containers(manifest):
                    limits, requests = usage.of_container(container, ranges)
                    yield from _outside(item, kind, limits, requests)
            elif manifest["kind"].text == "Pod" and kind == "Pod":
                yield from _outside(item, kind, *usage.of_pod(manifest, ranges))


def _outside(
    item: Field, kind: str, limits: dict[str, Decimal], requests: dict[str, Decimal]
) -> Iterator[str]:
    """The bounds of one item of a limit range that the amounts of one object break."""
    claim = kind == "PersistentVolumeClaim"
    for name, bound in _amounts(item["min"]):
        start = f"minimum {name} usage per {kind} is {usage.shown(bound)}"
        if name not in requests:
            yield f"{start}.  No request is specified"
        elif limits.get(name, bound) < bound:
            yield f"{start}, but limit is {usage.shown(limits[name])}"
        elif requests[name] < bound:
            yield f"{start}, but request is {usage.shown(requests[name])}"
    for name, bound in _amounts(item["max"]):
        start = f"maximum {name} usage per {kind} is {usage.shown(bound)}"
        if name not in limits and not claim:
            yield f"{start}.  No limit is specified"
        elif limits.get(name, bound) > bound:
            yield f"{start}, but limit is {usage.shown(limits[name])}"
        elif requests.get(name, bound) > bound:
            yield f"{start}, but request is {usage.shown(requests[name])}"


def _amounts(field: Field) -> Iterator[tuple[str, Decimal]]:
    for name, value in field.entries():
        amount = quantities.of(value)
        if amount is not None:
            yield name, amount


# quotas


def _used(cluster: Cluster, namespace: str, ranges: list[Field]) -> dict[str, Decimal]:
    """What the objects of a namespace count for; each namespace has a config map of the root certificate."""
    total: dict[str, Decimal] = {"configmaps": Decimal(1), "count/configmaps": Decimal(1)}
    for item in cluster.in_namespace(namespace):
        for name, amount in usage.resources_of(Field(item), ranges).items():
            total[name] = total.get(name, Decimal(0)) + amount
    return total


def _above_quota(
    quota: Field, manifest: Field, resources: dict[str, Decimal], used: Callable[[], dict[str, Decimal]]
) -> str | None:
    spec = quota["spec"]
    if spec["scopes"].present or spec["scopeSelector"].present:
        return None
    hard = {name: amount for name, amount in _amounts(spec["hard"]) if usage.counts(name, manifest)}
    name = quota["metadata"]["name"].text
    if manifest["kind"].text == "Pod":
        missing = usage.unspecified(manifest, [item for item in hard if item not in resources])
        if missing:
            return f"failed quota: {name}: must specify {missing}"
    asked = {item: resources[item] for item in sorted(hard) if resources.get(item)}
    so_far = used() if asked else {}
    above = [item for item, amount in asked.items() if so_far.get(item, Decimal(0)) + amount > hard[item]]
    if not above:
        return None

    def listed(amounts: dict[str, Decimal]) -> str:
        return ",".join(f"{item}={usage.shown(amounts.get(item, Decimal(0)))}" for item in above)

    return (
        f"exceeded quota: {name}, requested: {listed(asked)}, used: {listed(so_far)}, limited: {listed(hard)}"
    )
