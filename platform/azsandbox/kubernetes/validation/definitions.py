"""Custom resource definitions.

Source: k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (0.37.2).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import names, structural, webhooks
from azsandbox.kubernetes.validation.field import Field, Problems, duplicates
from azsandbox.kubernetes.validation.release import Release

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = (
    "binary", "bool", "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
)  # fmt: skip
_PROTECTED = ("k8s.io", "kubernetes.io")
_APPROVAL = "api-approved.kubernetes.io"
_WARNING = 256
_SELECTABLE = 8


def validate(manifest: Field, release: Release) -> Problems:
    del release
    spec = manifest["spec"]
    if spec.unknown:
        return
    group, plural = spec["group"], spec["names"]["plural"]
    yield from _group(manifest, group)
    name = manifest["metadata"]["name"]
    if name.text and group.text and plural.text and name.text != f"{plural.text}.{group.text}":
        yield name.invalid('must be spec.names.plural+"."+spec.group')
    yield from spec["scope"].choice(("Cluster", "Namespaced"))
    yield from _names(spec["names"])
    yield from _versions(spec["versions"])
    if spec["preserveUnknownFields"].on:
        yield spec["preserveUnknownFields"].invalid(
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
            "spec.versions[*].schema instead"
        )
    yield from _conversion(spec["conversion"])


def _group(manifest: Field, group: Field) -> Problems:
    yield from group.named(names.dns_subdomain)
    if group.text and "." not in group.text:
        yield group.invalid("should be a domain with at least one dot")
    approval = manifest["metadata"]["annotations"].key(_APPROVAL)
    if group.text in _PROTECTED or group.text.endswith(tuple(f".{domain}" for domain in _PROTECTED)):
        if approval.empty:
            yield approval.required(
                "protected groups must have approval annotation, see https://github.com/kubernetes/enhancements/pull/1111"
            )
        elif approval.is_text and not approval.text.startswith(("https://", "http://", "unapproved")):
            yield approval.invalid(
                "protected groups must have approval annotation with either a URL or a reason "
                'starting with "unapproved"'
            )


def _names(field: Field) -> Problems:
    if field.unknown:
        return
    for name in ("plural", "kind"):
        yield from field[name].need()
    for name in ("plural", "singular"):
        yield from field[name].matches(names.dns_label_1035) if field[name].text else ()
    for name in ("kind", "listKind"):
        for complaint in names.dns_label_1035(field[name].text.lower()) if field[name].text else ():
            yield field[name].invalid(f"may have mixed case, but should otherwise match: {complaint}")
    if field["kind"].text and field["kind"].text == field["listKind"].text:
        yield field["listKind"].invalid("kind and listKind may not be the same")
    for group in ("shortNames", "categories"):
        for item in field[group].items():
            yield from item.matches(names.dns_label_1035)


def _versions(field: Field) -> Problems:
    if field.unknown or not isinstance(field.value, (list, type(None))):
        return
    for version in field.items():
        if isinstance(version.value, dict):
            yield from _version(version)
    if any(duplicates(version["name"] for version in field.items())):
        yield field.invalid("must contain unique version names")
    stored = [version["storage"] for version in field.items()]
    if sum(storage.on for storage in stored) != 1 and not any(storage.unknown for storage in stored):
        yield field.invalid("must have exactly one version marked as storage version")


def _version(field: Field) -> Problems:
    if field["name"].empty:
        yield field["name"].invalid("a DNS-1035 label must not be empty", "")
    yield from field["name"].matches(names.dns_label_1035) if field["name"].text else ()
    warning = field["deprecationWarning"]
    if warning.present and not field["deprecated"].on and not field["deprecated"].unknown:
        yield warning.invalid("can only be set for deprecated versions")
    if warning.is_text and not warning.text:
        yield warning.invalid("must not be an empty string")
    if len(warning.text) > _WARNING:
        yield warning.invalid("must be <= 256 characters long")
    schema = field["schema"]["openAPIV3Schema"]
    yield from schema.need()
    if isinstance(schema.value, dict) and schema.value:
        yield from structural.validate(schema)
    for column in field["additionalPrinterColumns"].items():
        yield from _column(column)
    scale = field["subresources"]["scale"]
    if isinstance(scale.value, dict):
        for name, root in (("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")):
            yield from scale[name].need()
            if scale[name].text and not scale[name].text.startswith(root):
                yield scale[name].invalid(f"should be a json path under {root.rstrip('.')}")
    yield from field["selectableFields"].fewer_than(_SELECTABLE)


def _column(field: Field) -> Problems:
    yield from field["name"].need()
    kind, path = field["type"], field["jsonPath"]
    yield from kind.need(f"must be one of {','.join(_COLUMN_TYPES)}")
    if kind.text and kind.text not in _COLUMN_TYPES:
        yield kind.invalid(f"must be one of {','.join(_COLUMN_TYPES)}")
    if field["format"].text and field["format"].text not in _COLUMN_FORMATS:
        yield field["format"].invalid(f"must be one of {','.join(_COLUMN_FORMATS)}")
    yield from path.need()
    if path.text and not path.text.startswith("."):
        yield path.invalid("must be a simple json path starting with .")


def _conversion(field: Field) -> Problems:
    if not isinstance(field.value, dict):
        return
    strategy, hook = field["strategy"], field["webhook"]
    yield from strategy.choice(("None", "Webhook"))
    if strategy.text == "Webhook":
        yield from hook["clientConfig"].need("required when strategy is set to Webhook")
        if isinstance(hook["clientConfig"].value, dict):
            yield from webhooks.client(hook["clientConfig"])
        yield from webhooks.review_versions(hook["conversionReviewVersions"])
    elif hook.present and strategy.text == "None":
        yield hook.forbidden("should not be set when strategy is not set to Webhook")
