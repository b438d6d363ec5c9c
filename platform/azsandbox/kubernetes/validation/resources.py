"""Resource names and amounts: requests, limits, extended resources, huge pages.

Sources: kubernetes pkg/apis/core/validation/validation.go (validateResourceRequirements,
Validate*ResourceName) and pkg/apis/core/helper/helpers.go.
"""

from __future__ import annotations

from decimal import Decimal

from azsandbox.kubernetes.validation import names, quantities
from azsandbox.kubernetes.validation.field import Field, Problems, distinct

CONTAINER = frozenset({"cpu", "memory", "ephemeral-storage"})
_OBJECTS = frozenset(
    [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ]
)  # fmt: skip
QUOTA = _OBJECTS | frozenset(
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage",
        "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ]
)  # fmt: skip
_STANDARD = QUOTA | {"storage"}
_HUGE_PAGES = "hugepages-"
_POD_LEVEL = ("cpu", "memory")


def is_huge_page(name: str) -> bool:
    return name.startswith(_HUGE_PAGES)


def is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    return not (
        is_native(name) or name.startswith("requests.") or any(names.qualified_name(f"requests.{name}"))
    )


def is_whole(name: str) -> bool:
    """Whether the resource is counted in whole numbers."""
    return name in _OBJECTS or is_extended(name)


def overcommits(name: str) -> bool:
    """Whether a limit may be above the request."""
    return is_native(name) and not is_huge_page(name)


def standard_name(field: Field, name: str) -> Problems:
    complaints = list(names.qualified_name(name))
    for complaint in complaints:
        yield field.invalid(complaint, name)
    standard = name in _STANDARD or name.startswith((_HUGE_PAGES, f"requests.{_HUGE_PAGES}"))
    if not complaints and "/" not in name and not standard:
        yield field.invalid("must be a standard resource type or fully qualified", name)


def container_name(field: Field, name: str) -> Problems:
    """The name of a resource that a container can request."""
    yield from standard_name(field, name)
    if "/" not in name:
        if name not in CONTAINER and not is_huge_page(name):
            yield field.invalid("must be a standard resource for containers", name)
    elif not is_native(name) and not is_extended(name):
        yield field.invalid("doesn't follow extended resource name standard", name)


def quota_name(field: Field, name: str) -> Problems:
    yield from standard_name(field, name)
    huge = name.startswith((_HUGE_PAGES, f"requests.{_HUGE_PAGES}"))
    if "/" not in name and name not in QUOTA and not huge:
        yield field.invalid("must be a standard resource for quota", name)


def amount(field: Field, name: str) -> Problems:
    yield from quantities.not_negative(field)
    number = quantities.of(field)
    if number is not None and is_whole(name) and number != number.to_integral_value():
        yield field.invalid("must be an integer")
    if is_huge_page(name) and number is not None:
        size = quantities.parse(name.removeprefix(_HUGE_PAGES))
        if size is None or size <= 0 or number % size != 0:
            yield field.invalid(f"is not positive integer multiple of {name}")


def requirements(field: Field, *, pod: bool = False) -> Problems:
    """The requests and limits of a container, or of a whole pod."""
    limits, requests = field["limits"], field["requests"]
    for group in (limits, requests):
        for name, value in group.entries():
            if pod:
                yield from _pod_level_name(value, name)
            else:
                yield from container_name(value, name)
            yield from amount(value, name)
            if name in {"memory", "ephemeral-storage"} and _fractional(value):
                yield value.warning(f"fractional byte value {value.value!r} is invalid, must be an integer")
    for name, request in requests.entries():
        yield from _against_limit(requests, name, request, limits)
    everything = {*dict(limits.entries()), *dict(requests.entries())}
    if any(is_huge_page(name) for name in everything) and not everything & {"cpu", "memory"}:
        yield field.forbidden("HugePages require cpu or memory")


def _pod_level_name(field: Field, name: str) -> Problems:
    problems = list(standard_name(field, name))
    yield from problems
    if not problems and name not in _POD_LEVEL and not is_huge_page(name):
        yield field.unsupported(_POD_LEVEL, name)


def _against_limit(requests: Field, name: str, request: Field, limits: Field) -> Problems:
    limit = limits.key(name)
    if limits.unknown or limit.unknown:
        return
    if not limit.present:
        if not overcommits(name):
            yield limits.required("Limit must be set for non overcommitable resources")
        return
    low, high = quantities.of(request), quantities.of(limit)
    if low is None or high is None:
        return
    shown = limit.number if limit.number is not None else limit.value
    if low != high and not overcommits(name):
        yield requests.invalid(f"must be equal to {name} limit of {shown}", request.value)
    elif low > high:
        yield requests.invalid(f"must be less than or equal to {name} limit of {shown}", request.value)


def _fractional(field: Field) -> bool:
    number = quantities.of(field)
    return number is not None and number != number.to_integral_value()


def claims(field: Field, pod_claims: Field) -> Problems:
    """The devices that a container takes from its pod's resource claims."""
    known = {claim["name"].text for claim in pod_claims.items()}
    for claim in field.items():
        if claim["name"].empty:
            yield claim.required()
        elif claim["name"].text and claim["name"].text not in known and not pod_claims.unknown:
            listed = f": {', '.join(sorted(known))}" if known else " which is empty"
            yield claim.not_found(f"must be one of the names in pod.spec.resourceClaims{listed}")
    yield from distinct(
        Field(f"{claim['name'].text}/{claim['request'].text}", claim.path)
        for claim in field.items()
        if claim["name"].text
    )


def total(containers: list[Field], kind: str, name: str) -> Decimal:
    """The sum of one resource over containers; containers that do not name it count as zero."""
    amounts = [quantities.of(container["resources"][kind][name]) for container in containers]
    return sum((number for number in amounts if number is not None), Decimal(0))
