"""Where a pod may run: affinity, tolerations, topology spread, priority.

Source: kubernetes pkg/apis/core/validation/validation.go (validateAffinity, ValidateTolerations, …).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import names, selectors
from azsandbox.kubernetes.validation.field import Field, Problems

_HEAVIEST = 100
_WEIGHT = "must be in the range 1-100"
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def affinity(field: Field) -> Problems:
    node = field["nodeAffinity"]
    if isinstance(node[_REQUIRED].value, dict):
        yield from selectors.node_selector(node[_REQUIRED])
    for preference in node[_PREFERRED].items():
        yield from _weight(preference["weight"])
        yield from selectors.node_selector_term(preference["preference"], check_values=False)
    for name in ("podAffinity", "podAntiAffinity"):
        for term in field[name][_REQUIRED].items():
            yield from _pod_term(term)
        for weighted in field[name][_PREFERRED].items():
            yield from _weight(weighted["weight"])
            yield from _pod_term(weighted["podAffinityTerm"])


def _weight(field: Field) -> Problems:
    if not field.present:
        yield field.invalid(_WEIGHT, 0)
    yield from field.between(1, _HEAVIEST, _WEIGHT)


def _pod_term(field: Field) -> Problems:
    if field.unknown:
        return
    selector = field["labelSelector"]
    yield from selectors.label_selector(selector)
    yield from selectors.label_selector(field["namespaceSelector"])
    for namespace in field["namespaces"].items():
        yield from namespace.matches(names.dns_label)
    yield from _label_keys(field)
    yield from field["topologyKey"].named(names.qualified_name, detail="can not be empty")


def _label_keys(field: Field) -> Problems:
    """Keys whose value the pod itself brings need a selector to be added to."""
    selector = field["labelSelector"]
    for name in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = field[name]
        if keys.count and not selector.present:
            yield keys.forbidden("must not be specified when labelSelector is not set")
        else:
            for key in keys.items():
                yield from key.matches(names.qualified_name)
    both = set(field["matchLabelKeys"].texts()) & set(field["mismatchLabelKeys"].texts())
    for key in field["matchLabelKeys"].items():
        if key.text in both:
            yield key.invalid("exists in both matchLabelKeys and mismatchLabelKeys")


def tolerations(field: Field) -> Problems:
    for toleration in field.items():
        yield from _toleration(toleration)


def _toleration(field: Field) -> Problems:
    key, operator, value, effect = (field[name] for name in ("key", "operator", "value", "effect"))
    if key.text:
        yield from key.matches(names.qualified_name)
    if key.empty and operator.value != "Exists" and not operator.unknown:
        yield operator.invalid(
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
            operator.text,
        )
    seconds = field["tolerationSeconds"]
    if seconds.present and effect.value != "NoExecute" and not effect.unknown:
        yield effect.invalid("effect must be 'NoExecute' when `tolerationSeconds` is set", effect.text)
    if operator.text in {"", "Equal"} and not operator.unknown:
        yield from value.matches(names.label_value)
    elif operator.text == "Exists":
        if value.text:
            yield operator.invalid("value must be empty when `operator` is 'Exists'", value.text)
    else:
        yield from operator.option(("Equal", "Exists"))
    yield from effect.option(_EFFECTS)


def topology_spread(field: Field) -> Problems:
    """Constraints that spread pods over domains; no two are about the same domain in the same way."""
    seen: set[tuple[str, str]] = set()
    for constraint in field.items():
        yield from _spread_constraint(constraint)
        pair = (constraint["topologyKey"].text, constraint["whenUnsatisfiable"].text)
        if all(pair) and pair in seen:
            yield constraint["{topologyKey, whenUnsatisfiable}"].duplicate(f"{{{pair[0]}, {pair[1]}}}")
        seen.add(pair)


def _spread_constraint(field: Field) -> Problems:
    skew, action = field["maxSkew"], field["whenUnsatisfiable"]
    if not skew.present:
        yield skew.invalid("must be greater than zero", 0)
    yield from skew.at_least(1, "must be greater than zero")
    yield from field["topologyKey"].need("can not be empty")
    if action.empty:
        yield action.unsupported(_ACTIONS, "")
    yield from action.option(_ACTIONS)
    domains = field["minDomains"]
    yield from domains.at_least(1, "must be greater than zero")
    if domains.number is not None and action.text not in {"", "DoNotSchedule"}:
        yield domains.invalid(
            f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action.text}", domains.number
        )
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if field[name].is_text and field[name].text not in {"Honor", "Ignore"}:
            yield field[name].unsupported(("Honor", "Ignore"))
    yield from selectors.label_selector(field["labelSelector"])
    yield from _label_keys(field)
    if not field["labelSelector"].present:
        yield field["labelSelector"].warning("a null labelSelector results in matching no pod")
