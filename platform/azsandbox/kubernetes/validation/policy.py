"""Disruption budgets, priority classes and leases.

Sources: kubernetes pkg/apis/{policy,scheduling,coordination}/validation/validation.go.
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import selectors, workloads
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_HIGHEST = 1_000_000_000
_SYSTEM = "system-"
_SYSTEM_CLASSES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def disruption_budget(manifest: Field, release: Release) -> Problems:
    del release
    spec = manifest["spec"]
    available, unavailable = spec["minAvailable"], spec["maxUnavailable"]
    if available.present and unavailable.present:
        yield spec.invalid("minAvailable and maxUnavailable cannot be both set")
    for amount in (available, unavailable):
        yield from workloads.int_or_percent(amount)
    yield from selectors.label_selector(spec["selector"])
    policy = spec["unhealthyPodEvictionPolicy"]
    if policy.is_text and policy.text not in {"AlwaysAllow", "IfHealthyBudget"}:
        yield policy.unsupported(("AlwaysAllow", "IfHealthyBudget"))


def priority_class(manifest: Field, release: Release) -> Problems:
    del release
    name, value = manifest["metadata"]["name"], manifest["value"]
    if name.text.startswith(_SYSTEM):
        if _SYSTEM_CLASSES.get(name.text) != value.number:
            yield name.forbidden(
                f"priority class names with '{_SYSTEM}' prefix are reserved for system use only"
            )
    elif value.number is not None and value.number > _HIGHEST:
        yield value.forbidden(f"maximum allowed value of a user defined priority is {_HIGHEST}")
    preemption = manifest["preemptionPolicy"]
    yield from preemption.choice(("PreemptLowerPriority", "Never")) if preemption.present else ()


def lease(manifest: Field, release: Release) -> Problems:
    del release
    spec = manifest["spec"]
    yield from spec["leaseDurationSeconds"].at_least(1, "must be greater than 0")
    yield from spec["leaseTransitions"].at_least(0)
    if spec["preferredHolder"].text and spec["strategy"].empty:
        yield spec["preferredHolder"].forbidden("may only be specified if `strategy` is defined")
