"""Admission webhooks.

Sources: kubernetes pkg/apis/admissionregistration/validation/validation.go; k8s.io/apiserver
pkg/util/webhook/validation.go.
"""

from __future__ import annotations

import urllib.parse

from azsandbox.kubernetes.validation import names, selectors
from azsandbox.kubernetes.validation.field import Field, Problems, distinct
from azsandbox.kubernetes.validation.release import Release

_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_REVIEWS = ("v1", "v1beta1")
_CONDITIONS = 64
_LARGEST_PORT = 65535
_DOMAIN_PARTS = 3


def validate(manifest: Field, release: Release) -> Problems:
    """A validating or a mutating configuration."""
    del release
    hooks = manifest["webhooks"]
    for hook in hooks.items():
        if isinstance(hook.value, dict):
            yield from _hook(hook)
    yield from distinct(hook["name"] for hook in hooks.items())


def _hook(hook: Field) -> Problems:
    name = hook["name"]
    yield from name.named(names.dns_subdomain)
    if name.text and name.text.count(".") < _DOMAIN_PARTS - 1 and not list(names.dns_subdomain(name.text)):
        yield name.invalid("should be a domain with at least three segments separated by dots")
    for rule in hook["rules"].items():
        yield from _rule(rule)
    for field, options in (
        ("failurePolicy", ("Fail", "Ignore")),
        ("matchPolicy", ("Equivalent", "Exact")),
        ("reinvocationPolicy", ("IfNeeded", "Never")),
    ):
        yield from hook[field].listed(options)
    yield from hook["sideEffects"].choice(("None", "NoneOnDryRun"), "must specify one of None, NoneOnDryRun")
    yield from hook["timeoutSeconds"].between(1, 30, "the timeout value must be between 1 and 30 seconds")
    for field in ("namespaceSelector", "objectSelector"):
        yield from selectors.label_selector(hook[field])
    yield from client(hook["clientConfig"])
    yield from review_versions(hook["admissionReviewVersions"], f"must specify one of {', '.join(_REVIEWS)}")
    conditions = hook["matchConditions"]
    yield from conditions.fewer_than(_CONDITIONS)
    for condition in conditions.items():
        yield from condition["expression"].need()
        yield from condition["name"].named(names.qualified_name)
    yield from distinct(condition["name"] for condition in conditions.items())


def _rule(rule: Field) -> Problems:
    for field in ("operations", "apiGroups", "apiVersions", "resources"):
        yield from rule[field].need()
    for operation in rule["operations"].items():
        yield from operation.listed(_OPERATIONS)
    for field, title in (
        ("operations", "operations"),
        ("apiGroups", "API groups"),
        ("apiVersions", "API versions"),
    ):
        if rule[field].count > 1 and "*" in rule[field].texts():
            yield rule[field].invalid(f"if '*' is present, must not specify other {title}")
    resources = rule["resources"].texts()
    if len(resources) > 1 and "*/*" in resources:
        yield rule["resources"].invalid("if '*/*' is present, must not specify other resources")
    if "*" in resources and any("/" not in resource and resource != "*" for resource in resources):
        yield rule["resources"].invalid(
            "if '*' is present, must not specify other resources without subresources"
        )
    for item in [*rule["resources"].items(), *rule["apiVersions"].items()]:
        if item.is_text and not item.text:
            yield item.required()
    if rule["scope"].is_text and rule["scope"].text not in _SCOPES:
        yield rule["scope"].unsupported(_SCOPES)


def client(field: Field) -> Problems:
    """Where a webhook is called: a URL or a service of the cluster."""
    if field.unknown:
        return
    url, service = field["url"], field["service"]
    if url.present == service.present:
        yield field.required("exactly one of url or service is required")
    elif url.is_text:
        yield from _url(url)
    elif isinstance(service.value, dict):
        yield from service["name"].need()
        yield from service["namespace"].need()
        yield from service["port"].between(1, _LARGEST_PORT)
        path = service["path"]
        if path.text and not path.text.startswith("/"):
            yield path.invalid("must start with a '/'")


def _url(field: Field) -> Problems:
    form = "; desired format: https://host[/path]"
    try:
        parts = urllib.parse.urlsplit(field.text)
    except ValueError as error:
        yield field.required(f"url must be a valid URL: {error}{form}")
        return
    if parts.scheme != "https":
        yield field.invalid(f"'https' is the only allowed URL scheme{form}")
    if not parts.netloc:
        yield field.invalid(f"host must be specified{form}")
    if "@" in parts.netloc:
        yield field.invalid("user information is not permitted in the URL")
    if parts.fragment:
        yield field.invalid("fragments are not permitted in the URL")
    if parts.query:
        yield field.invalid("query parameters are not permitted in the URL")


def review_versions(field: Field, detail: str = "") -> Problems:
    yield from field.need(detail)
    for version in field.items():
        yield from version.matches(names.dns_label_1035)
    yield from distinct(field.items())
    uncertain = any(version.unknown for version in field.items())
    if field.count and not uncertain and not set(field.texts()) & set(_REVIEWS):
        yield field.invalid(f"must include at least one of {', '.join(_REVIEWS)}")
