"""What an object counts for in a quota, with the defaults that limit ranges give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from azsandbox.kubernetes.validation import quantities
from azsandbox.kubernetes.validation.field import Field

Amounts = dict[str, Decimal]
_OLDER_NAMES = frozenset(
    {
        "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets",
        "services",
    }
)  # fmt: skip
_PLAIN = ("cpu", "memory", "ephemeral-storage")  # in a quota, `cpu` is another name of `requests.cpu`
_BINARY = (("Ei", 6), ("Pi", 5), ("Ti", 4), ("Gi", 3), ("Mi", 2), ("Ki", 1))


def plural(kind: str) -> str:
    name = kind.lower()
    if name.endswith(("s", "x", "ch")) and not name.endswith("endpoints"):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("cy") else name if name.endswith("endpoints") else f"{name}s"


def shown(amount: Decimal) -> str:
    """The shortest exact text, as the API server writes quantities."""
    if amount != amount.to_integral_value():
        return f"{int(amount * 1000)}m"
    number = int(amount)
    for suffix, power in _BINARY:
        if number and number % 1024**power == 0:
            return f"{number // 1024**power}{suffix}"
    return str(number)


def counts(name: str, manifest: Field) -> bool:
    """Whether a resource of a quota is about objects of this kind."""
    own = plural(manifest["kind"].text)
    group = manifest["apiVersion"].text.rpartition("/")[0]
    if name in {f"count/{own}.{group}" if group else f"count/{own}", own}:
        return True
    match manifest["kind"].text:
        case "Pod":
            compute = name.startswith(("limits.", "requests.")) and name != "requests.storage"
            return name in _PLAIN or compute
        case "Service":
            return name.startswith("services.")
        case "PersistentVolumeClaim":
            return name == "requests.storage" or ".storageclass.storage.k8s.io/" in name
        case _:
            return False


def resources_of(manifest: Field, ranges: list[Field]) -> Amounts:
    """All that one object counts for, by the names that a quota uses."""
    kind = manifest["kind"].text
    group = manifest["apiVersion"].text.rpartition("/")[0]
    own = plural(kind)
    result: Amounts = {f"count/{own}.{group}" if group else f"count/{own}": Decimal(1)}
    if not group and own in _OLDER_NAMES:
        result[own] = Decimal(1)
    if kind == "Pod":
        limits, requests = of_pod(manifest, ranges)
        result |= {f"limits.{name}": amount for name, amount in limits.items()}
        result |= {f"requests.{name}": amount for name, amount in requests.items()}
        result |= {name: amount for name, amount in requests.items() if name in _PLAIN}
    elif kind == "Service":
        balanced = manifest["spec"]["type"].text == "LoadBalancer"
        ported = balanced or manifest["spec"]["type"].text == "NodePort"
        result |= {"services.loadbalancers": Decimal(int(balanced))}
        result |= {"services.nodeports": Decimal(manifest["spec"]["ports"].count if ported else 0)}
    elif kind == "PersistentVolumeClaim":
        storage = claim(manifest)
        name = manifest["spec"]["storageClassName"].text
        result |= {f"requests.{item}": amount for item, amount in storage.items()}
        if name:
            of_class = f"{name}.storageclass.storage.k8s.io/"
            result |= {f"{of_class}persistentvolumeclaims": Decimal(1)}
            result |= {f"{of_class}requests.{item}": amount for item, amount in storage.items()}
    return result


def claim(manifest: Field) -> Amounts:
    return _amounts(manifest["spec"]["resources"]["requests"])


def containers(pod: Field) -> list[Field]:
    return [*pod["spec"]["containers"].items(), *pod["spec"]["initContainers"].items()]


def of_container(container: Field, ranges: list[Field]) -> tuple[Amounts, Amounts]:
    """Limits and requests; a limit range gives defaults, and a limit without a request is the request too."""
    limits, requests = (_amounts(container["resources"][name]) for name in ("limits", "requests"))
    requests = {**limits, **requests}
    for item in _items(ranges, "Container"):
        most, fewest = _amounts(item["max"]), _amounts(item["min"])
        default = {**most, **_amounts(item["default"])}
        default_requests = {**fewest, **default, **_amounts(item["defaultRequest"])}
        limits = {**default, **limits}
        requests = {**default_requests, **requests}
    return limits, requests


def of_pod(pod: Field, ranges: list[Field]) -> tuple[Amounts, Amounts]:
    """The containers' sums, or an init container's if it is more; those that keep running count too."""
    limits, requests = Amounts(), Amounts()
    once: list[tuple[Amounts, Amounts]] = []
    running = pod["spec"]["containers"].items()
    for container in pod["spec"]["initContainers"].items():
        if container["restartPolicy"].text == "Always":
            running.append(container)
        else:
            once.append(of_container(container, ranges))
    for container in running:
        for total, own in zip((limits, requests), of_container(container, ranges), strict=True):
            for name, amount in own.items():
                total[name] = total.get(name, Decimal(0)) + amount
    for both in once:
        for total, own in zip((limits, requests), both, strict=True):
            for name, amount in own.items():
                total[name] = max(total.get(name, Decimal(0)), amount)
    return limits, requests


def unspecified(pod: Field, names: Iterable[str]) -> str:
    """`limits.cpu for: app,web; …`: the resources of a quota that containers of a pod leave open."""
    parts: list[str] = []
    for name in sorted(names):
        kind, _, resource = name.rpartition(".") if "." in name else ("requests", "", name)
        if kind not in {"limits", "requests"} or resource not in _PLAIN:
            continue
        without = [
            container["name"].text
            for container in containers(pod)
            if not container["resources"][kind][resource].present
            and not (kind == "requests" and container["resources"]["limits"][resource].present)
        ]
        if without:
            parts.append(f"{name} for: {','.join(without)}")
    return "; ".join(parts)


def _items(ranges: list[Field], kind: str) -> Iterator[Field]:
    for limit_range in ranges:
        for item in limit_range["spec"]["limits"].items():
            if item["type"].text == kind:
                yield item


def _amounts(field: Field) -> Amounts:
    values = {name: quantities.of(value) for name, value in field.entries()}
    return {name: amount for name, amount in values.items() if amount is not None}
