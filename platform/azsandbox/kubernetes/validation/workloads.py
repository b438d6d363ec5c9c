"""Deployments, replica sets, stateful sets, daemon sets and replication controllers.

Source: kubernetes pkg/apis/apps/validation/validation.go; defaults: pkg/apis/apps/v1/defaults.go.
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import claims, names, pods, selectors
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_DEFAULT_DEADLINE = 600
_HUNDRED = 100
_LARGEST = 2**31 - 1


def deployment(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    yield from _replicas(spec)
    yield from _selected_template(spec, "Deployment", release)
    strategy = spec["strategy"]
    yield from strategy["type"].option(("Recreate", "RollingUpdate"))
    rolling = strategy["rollingUpdate"]
    if strategy["type"].text == "Recreate" and rolling.present:
        yield rolling.forbidden("may not be specified when strategy `type` is 'Recreate'")
    elif isinstance(rolling.value, dict):
        unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
        yield from int_or_percent(unavailable)
        yield from int_or_percent(surge, most=False)
        if _is_zero(unavailable) and _is_zero(surge):
            yield unavailable.invalid("may not be 0 when `maxSurge` is 0")
    deadline, ready = spec["progressDeadlineSeconds"], spec["minReadySeconds"].number or 0
    yield from deadline.at_least(0)
    seconds = deadline.number if deadline.present else _DEFAULT_DEADLINE
    if seconds is not None and seconds <= ready:
        yield deadline.invalid("must be greater than minReadySeconds", seconds)


def replica_set(manifest: Field, release: Release) -> Problems:
    yield from _replicas(manifest["spec"])
    yield from _selected_template(manifest["spec"], "ReplicaSet", release)


def _replicas(spec: Field) -> Problems:
    for name in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        yield from spec[name].at_least(0)


def _selected_template(
    spec: Field, kind: str, release: Release, claim_templates: frozenset[str] = frozenset()
) -> Problems:
    """A selector that matches the labels of the template, and the template."""
    selector, template = spec["selector"], spec["template"]
    if not selector.present:
        yield selector.required()
    else:
        yield from selectors.label_selector(selector)
        if selectors.is_empty(selector):
            yield selector.invalid(f"empty selector is invalid for {kind.lower()}")
    yield from matching_labels(selector, template)
    yield from pods.template(template, release, claim_templates)
    yield from always_restarted(template["spec"], kind)


def matching_labels(selector: Field, template: Field) -> Problems:
    if selector.present and selectors.well_formed(selector):
        labels = template["metadata"]["labels"]
        if selectors.mismatch(selector, labels):
            yield labels.invalid("`selector` does not match template `labels`", labels.value or {})


def always_restarted(spec: Field, kind: str) -> Problems:
    """The pods of a service run until they are deleted."""
    restart, deadline = spec["restartPolicy"], spec["activeDeadlineSeconds"]
    if restart.text not in {"", "Always"}:
        yield restart.unsupported(("Always",))
    if deadline.present:
        yield deadline.forbidden(f"activeDeadlineSeconds in {kind} is not Supported")


def stateful_set(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    yield from _replicas(spec)
    policy = spec["podManagementPolicy"]
    if policy.text not in {"", "OrderedReady", "Parallel"}:
        yield policy.invalid("must be 'OrderedReady' or 'Parallel'")
    yield from _stateful_update(spec["updateStrategy"])
    for name in ("whenDeleted", "whenScaled"):
        yield from spec["persistentVolumeClaimRetentionPolicy"][name].option(("Retain", "Delete"))
    yield from spec["ordinals"]["start"].at_least(0)
    if spec["serviceName"].text:
        yield from spec["serviceName"].matches(names.dns_label)
    templates = spec["volumeClaimTemplates"]
    for claim in templates.items():
        yield from claim["metadata"]["name"].need()
        yield from claims.spec(claim["spec"])
    named = {claim["metadata"]["name"].text for claim in templates.items()}
    if templates.unknown:
        named.add("")
    yield from _selected_template(spec, "StatefulSet", release, frozenset(named))


def _stateful_update(strategy: Field) -> Problems:
    kind, rolling = strategy["type"], strategy["rollingUpdate"]
    if kind.text not in {"", "RollingUpdate", "OnDelete"}:
        yield strategy.invalid("must be 'RollingUpdate' or 'OnDelete'")
    elif kind.text == "OnDelete" and rolling.present:
        yield rolling.invalid("only allowed for updateStrategy 'RollingUpdate'")
    yield from rolling["partition"].at_least(0)
    unavailable = rolling["maxUnavailable"]
    yield from int_or_percent(unavailable)
    if unavailable.present and _is_zero(unavailable):
        yield unavailable.invalid("cannot be 0")


def daemon_set(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    for name in ("minReadySeconds", "revisionHistoryLimit"):
        yield from spec[name].at_least(0)
    yield from _selected_template(spec, "DaemonSet", release)
    strategy = spec["updateStrategy"]
    yield from strategy["type"].option(("RollingUpdate", "OnDelete"))
    rolling = strategy["rollingUpdate"]
    if strategy["type"].text not in {"", "RollingUpdate"} or not isinstance(rolling.value, dict):
        return
    unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
    for amount in (unavailable, surge):
        yield from int_or_percent(amount)
    has_surge = surge.present and not _is_zero(surge) and not surge.unknown
    has_unavailable = not unavailable.present or not (_is_zero(unavailable) or unavailable.unknown)
    if has_surge and has_unavailable:
        yield surge.invalid("may not be set when maxUnavailable is non-zero")
    elif not has_surge and unavailable.present and _is_zero(unavailable) and not surge.unknown:
        yield unavailable.required("cannot be 0 when maxSurge is 0")


def replication_controller(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    yield from _replicas(spec)
    selector, template = spec["selector"], spec["template"]
    labels = template["metadata"]["labels"]
    if selector.empty and labels.empty:
        yield selector.required()
    if selector.count and selectors.mismatch(Field({"matchLabels": selector.value}), labels):
        yield labels.invalid("`selector` does not match template `labels`", labels.value or {})
    yield from template.need()
    yield from pods.template(template, release)
    yield from always_restarted(template["spec"], "ReplicationController")


def int_or_percent(field: Field, *, most: bool = True) -> Problems:
    """A number that is not negative or a percentage, of at most 100 % where that is the whole."""
    yield from field.between(0, _LARGEST, "must be greater than or equal to 0")
    if field.is_text:
        complaints = list(names.percent(field.text))
        yield from (field.invalid(complaint) for complaint in complaints)
        if most and not complaints and int(field.text[:-1]) > _HUNDRED:
            yield field.invalid("must not be greater than 100%")


def _is_zero(field: Field) -> bool:
    """Whether it is set to nothing; the default is 25 %."""
    return field.number == 0 or (
        field.is_text and not field.text.rstrip("%").strip("0") and field.text[-1:] == "%"
    )
