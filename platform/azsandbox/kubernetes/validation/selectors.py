"""Label selectors, node selectors and whether a selector matches labels.

Sources: k8s.io/apimachinery pkg/apis/meta/v1/validation/validation.go; pkg/apis/core/validation (node
selectors).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import metadata, names
from azsandbox.kubernetes.validation.field import Field, Problems

_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")
_COMPARISONS = ("Gt", "Lt")


def label_selector(field: Field) -> Problems:
    yield from metadata.labels(field["matchLabels"])
    for requirement in field["matchExpressions"].items():
        yield from _requirement(requirement)
        for value in requirement["values"].items():
            yield from value.matches(names.label_value)


def _requirement(field: Field, *, comparisons: bool = False) -> Problems:
    operator, values = field["operator"], field["values"]
    if operator.unknown:
        return
    if operator.value in _WITH_VALUES:
        yield from values.need("must be specified when `operator` is 'In' or 'NotIn'")
    elif operator.value in _WITHOUT_VALUES:
        if values.count:
            yield values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif comparisons and operator.value in _COMPARISONS:
        if values.count != 1 and not values.unknown:
            yield values.required("must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield operator.invalid("not a valid selector operator", operator.text)
    if field["key"].empty:
        yield field["key"].invalid("name part must be non-empty", "")
    yield from field["key"].matches(names.qualified_name) if field["key"].text else ()


def node_selector(field: Field) -> Problems:
    """The required terms of a node affinity."""
    terms = field["nodeSelectorTerms"]
    yield from terms.need("must have at least one node selector term")
    for term in terms.items():
        yield from node_selector_term(term)


def node_selector_term(field: Field, *, check_values: bool = True) -> Problems:
    for requirement in field["matchExpressions"].items():
        yield from _requirement(requirement, comparisons=True)
        for value in requirement["values"].items() if check_values else ():
            yield from value.matches(names.label_value)
    for requirement in field["matchFields"].items():
        yield from _node_field(requirement)


def _node_field(field: Field) -> Problems:
    operator, values = field["operator"], field["values"]
    if operator.value in _WITH_VALUES:
        if values.count != 1 and not values.unknown:
            yield values.required(
                "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
            )
    elif not operator.unknown:
        yield operator.invalid("not a valid selector operator", operator.text)
    if field["key"].unknown:
        return
    if field["key"].value != "metadata.name":
        yield field["key"].invalid("not a valid field selector key", field["key"].text)
    else:
        for value in values.items():
            yield from value.matches(names.dns_subdomain)


def is_empty(field: Field) -> bool:
    """A selector that selects everything."""
    return not field.unknown and not (field["matchLabels"].count or field["matchExpressions"].count)


def mismatch(selector: Field, labels: Field) -> bool:
    """Whether a well-formed selector surely does not match these labels."""
    if labels.unknown or selector.unknown:
        return False
    present = dict(labels.entries())
    for name, wanted in selector["matchLabels"].entries():
        value = present.get(name)
        if value is None or (wanted.is_text and value.is_text and wanted.text != value.text):
            return True
    return any(_fails(requirement, present) for requirement in selector["matchExpressions"].items())


def _fails(requirement: Field, labels: dict[str, Field]) -> bool:
    key, values = requirement["key"], requirement["values"]
    if not key.text or values.unknown or any(not item.is_text for item in values.items()):
        return False
    value = labels.get(key.text)
    if value is not None and not value.is_text:
        return False
    listed = value is not None and value.text in values.texts()
    fails = {
        "In": not listed,
        "NotIn": listed,
        "Exists": value is None,
        "DoesNotExist": value is not None,
    }
    return fails.get(requirement["operator"].text, False)


def well_formed(selector: Field) -> bool:
    """Whether the API server can evaluate the selector; if not it reports that instead of a mismatch."""
    return not any(not problem.warning for problem in label_selector(selector))
