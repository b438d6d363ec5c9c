"""Roles and bindings.

Source: kubernetes pkg/apis/rbac/validation/validation.go.
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import names, selectors
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_GROUP = "rbac.authorization.k8s.io"
_SUBJECTS = ("ServiceAccount", "User", "Group")


def role(manifest: Field, release: Release) -> Problems:
    del release
    yield from _rules(manifest["rules"], namespaced=True)


def cluster_role(manifest: Field, release: Release) -> Problems:
    del release
    yield from _rules(manifest["rules"], namespaced=False)
    aggregation = manifest["aggregationRule"]
    if aggregation.present:
        yield from aggregation["clusterRoleSelectors"].need(
            "at least one clusterRoleSelector required if aggregationRule is non-nil"
        )
    for selector in aggregation["clusterRoleSelectors"].items():
        yield from selectors.label_selector(selector)


def _rules(field: Field, *, namespaced: bool) -> Problems:
    for rule in field.items():
        if not isinstance(rule.value, dict):
            continue
        yield from rule["verbs"].need("verbs must contain at least one value")
        urls = rule["nonResourceURLs"]
        resources = any(not rule[name].empty for name in ("apiGroups", "resources", "resourceNames"))
        if urls.count:
            if namespaced:
                yield urls.invalid("namespaced rules cannot apply to non-resource URLs")
            if resources:
                yield urls.invalid("rules cannot apply to both regular resources and non-resource URLs")
        elif not urls.unknown:
            yield from rule["apiGroups"].need("resource rules must supply at least one api group")
            yield from rule["resources"].need("resource rules must supply at least one resource")


def binding(manifest: Field, release: Release) -> Problems:
    """A binding of a role, in a namespace or in the whole cluster."""
    del release
    whole = manifest["kind"].text == "ClusterRoleBinding"
    reference = manifest["roleRef"]
    group, kind = reference["apiGroup"], reference["kind"]
    if group.text not in {"", _GROUP}:
        yield group.unsupported((_GROUP,))
    kinds = ("ClusterRole",) if whole else ("Role", "ClusterRole")
    if not kind.unknown and kind.text not in kinds:
        yield kind.unsupported(kinds, kind.text)
    yield from reference["name"].named(names.path_segment)
    for subject in manifest["subjects"].items():
        yield from _subject(subject, whole=whole)


def _subject(field: Field, *, whole: bool) -> Problems:
    name, kind, group = field["name"], field["kind"], field["apiGroup"]
    yield from name.need()
    if kind.unknown:
        return
    if kind.text == "ServiceAccount":
        yield from name.matches(names.dns_subdomain) if name.text else ()
        if group.text:
            yield group.unsupported(("",))
        if whole:
            yield from field["namespace"].need()
    elif kind.text in {"User", "Group"}:
        if group.text not in {"", _GROUP}:
            yield group.unsupported((_GROUP,))
    else:
        yield kind.unsupported(_SUBJECTS, kind.text)
