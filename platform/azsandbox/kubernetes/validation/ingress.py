"""Ingresses and ingress classes.

Source: kubernetes pkg/apis/networking/validation/validation.go.
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import addresses, names
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_SUFFIXES = ("/..", "/.")
_LARGEST_PORT = 65535
_CONTROLLER = 250


def ingress(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    rules, backend = spec["rules"], spec["defaultBackend"]
    if rules.empty and not backend.present:
        yield spec.invalid("either `defaultBackend` or `rules` must be specified", [])
    if backend.present:
        yield from _backend(backend, release)
    for rule in rules.items():
        yield from _rule(rule, release)
    for certificate in spec["tls"].items():
        for host in certificate["hosts"].items():
            yield from host.matches(names.wildcard_subdomain if "*" in host.text else names.dns_subdomain)
        if certificate["secretName"].text:
            yield from certificate["secretName"].matches(names.dns_subdomain)
    name = spec["ingressClassName"]
    yield from name.matches(names.dns_subdomain)
    annotation = manifest["metadata"]["annotations"].key("kubernetes.io/ingress.class")
    if annotation.is_text and name.is_text and annotation.text != name.text:
        yield annotation.invalid("must match `ingressClassName` when both are specified")
    if annotation.present:
        yield annotation.warning("annotation is deprecated, please use 'spec.ingressClassName' instead")


def _rule(rule: Field, release: Release) -> Problems:
    host = rule["host"]
    if host.text:
        if addresses.parse(host.text) is not None:
            yield host.invalid("must be a DNS name, not an IP address")
        yield from host.matches(names.wildcard_subdomain if "*" in host.text else names.dns_subdomain)
    http = rule["http"]
    if http.present:
        yield from http["paths"].need()
    for path in http["paths"].items():
        yield from _path(path, release)


def _path(field: Field, release: Release) -> Problems:
    kind, path = field["pathType"], field["path"]
    if not kind.present:
        yield kind.required("pathType must be specified")
        return
    if kind.text in {"Exact", "Prefix"}:
        yield from _absolute(path)
    elif kind.text == "ImplementationSpecific":
        if path.text and not path.text.startswith("/"):
            yield path.invalid("must be an absolute path")
    elif kind.is_text:
        yield kind.unsupported(_PATH_TYPES)
    yield from _backend(field["backend"], release)


def _absolute(path: Field) -> Problems:
    if not path.unknown and not path.text.startswith("/"):
        yield path.invalid("must be an absolute path", path.text)
    for sequence in _SEQUENCES:
        if sequence in path.text:
            yield path.invalid(f"must not contain '{sequence}'")
    for suffix in _SUFFIXES:
        if path.text.endswith(suffix):
            yield path.invalid(f"cannot end with '{suffix}'")


def _backend(field: Field, release: Release) -> Problems:
    if field.unknown:
        return
    service, resource = field["service"], field["resource"]
    if service.present and resource.present:
        yield field.invalid("cannot set both resource and service backends", "")
    elif resource.present:
        yield from _reference(resource)
    elif service.present:
        check = names.dns_label if release.relaxed_service_names else names.dns_label_1035
        yield from service["name"].named(check)
        name, number = service["port"]["name"], service["port"]["number"]
        has_number = number.present and number.number != 0
        if not name.empty and has_number:
            yield field.invalid("cannot set both port name & port number", "")
        elif not name.empty:
            yield from name.matches(names.port_name)
        elif has_number:
            yield from number.between(1, _LARGEST_PORT)
        elif not service["port"].unknown:
            yield field.required("port name or number is required")
    else:
        yield field.invalid("resource or service backend is required", "")


def _reference(field: Field) -> Problems:
    if field["apiGroup"].is_text:
        yield from field["apiGroup"].matches(names.dns_subdomain)
    for name in ("kind", "name"):
        yield from field[name].named(names.path_segment)


def ingress_class(manifest: Field, release: Release) -> Problems:
    del release
    controller, parameters = manifest["spec"]["controller"], manifest["spec"]["parameters"]
    yield from controller.shorter_than(_CONTROLLER)
    yield from controller.named(names.domain_path)
    if not isinstance(parameters.value, dict):
        return
    yield from _reference(parameters)
    scope, namespace = parameters["scope"], parameters["namespace"]
    if scope.is_text and scope.text not in {"Cluster", "Namespace"}:
        yield scope.unsupported(("Cluster", "Namespace"))
    elif scope.text == "Namespace":
        if not namespace.present:
            yield namespace.required("`parameters.scope` is set to 'Namespace'")
        yield from namespace.matches(names.dns_label)
    elif namespace.present and not scope.unknown:
        yield namespace.forbidden("`parameters.scope` is set to 'Cluster'")
