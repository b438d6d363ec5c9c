"""Persistent volumes, claims, storage classes and CSI drivers.

Sources: kubernetes pkg/apis/storage/validation/validation.go; ValidatePersistentVolumeSpec of
pkg/apis/core/validation.
"""

from __future__ import annotations

import posixpath

from azsandbox.kubernetes.validation import claims, names, quantities, selectors, volume_sources
from azsandbox.kubernetes.validation.field import Field, Problems, distinct
from azsandbox.kubernetes.validation.release import Release

_PARAMETERS, _PARAMETERS_SIZE = 512, 256 * 1024
_RECLAIM = ("Delete", "Recycle", "Retain")


def storage_class(manifest: Field, release: Release) -> Problems:
    del release
    yield from _provisioner(manifest["provisioner"])
    yield from _parameters(manifest["parameters"])
    yield from manifest["reclaimPolicy"].option(("Delete", "Retain"))
    yield from manifest["volumeBindingMode"].listed(("Immediate", "WaitForFirstConsumer"))
    terms = manifest["allowedTopologies"].items()
    for index, term in enumerate(terms):
        earlier = [other.value for other in terms[:index]]
        if term.value in earlier or (isinstance(term.value, dict) and term["matchLabelExpressions"].empty):
            yield term["matchLabelExpressions"].duplicate("")
        expressions = term["matchLabelExpressions"]
        for expression in expressions.items():
            yield from expression["key"].named(names.qualified_name)
            yield from expression["values"].need()
            yield from distinct(expression["values"].items())
        yield from distinct(expression["key"] for expression in expressions.items())


def _provisioner(field: Field) -> Problems:
    yield from field.need()
    if field.text:
        for complaint in names.qualified_name(field.text.lower()):
            yield field.invalid(complaint)


def _parameters(field: Field) -> Problems:
    if field.count > _PARAMETERS:
        yield field.too_long(_PARAMETERS)
    if field.unknown:
        return
    size = sum(len(name.encode()) + len(value.text.encode()) for name, value in field.entries())
    if size > _PARAMETERS_SIZE:
        yield field.too_long(_PARAMETERS_SIZE)
    for name, value in field.entries():
        if not name:
            yield value.invalid("field can not be empty.", name)


def attributes_class(manifest: Field, release: Release) -> Problems:
    del release
    yield from _provisioner(manifest["driverName"])
    yield from _parameters(manifest["parameters"])
    yield from manifest["parameters"].need("must contain at least one key/value pair")


def claim(manifest: Field, release: Release) -> Problems:
    del release
    yield from claims.spec(manifest["spec"])


def driver(manifest: Field, release: Release) -> Problems:
    del release
    spec = manifest["spec"]
    yield from spec["fsGroupPolicy"].listed(("File", "None", "ReadWriteOnceWithFSType"))
    for mode in spec["volumeLifecycleModes"].items():
        yield from mode.listed(("Ephemeral", "Persistent"))
    audiences = [request["audience"] for request in spec["tokenRequests"].items()]
    yield from distinct(audiences)
    for request in spec["tokenRequests"].items():
        yield from request["expirationSeconds"].at_least(
            600, "may not specify a duration less than 10 minutes"
        )


def persistent_volume(manifest: Field, release: Release) -> Problems:
    del release
    spec = manifest["spec"]
    if spec.unknown:
        return
    yield from claims.access_modes(spec["accessModes"])
    yield from _capacity(spec["capacity"])
    reclaim = spec["persistentVolumeReclaimPolicy"]
    yield from reclaim.option(_RECLAIM)
    affinity = spec["nodeAffinity"]
    yield from _node_affinity(affinity)
    yield from _source(spec)
    if spec["local"].present and not affinity.present:
        yield affinity.required("Local volume requires node affinity")
    if reclaim.text == "Recycle" and posixpath.normpath(spec["hostPath"]["path"].text or ".") == "/":
        yield reclaim.forbidden("may not be 'recycle' for a hostPath mount of '/'")
    if spec["storageClassName"].text:
        yield from spec["storageClassName"].matches(names.dns_subdomain)
    mode = spec["volumeMode"]
    if mode.is_text and mode.text not in claims.VOLUME_MODES:
        yield mode.unsupported(claims.VOLUME_MODES)


def _node_affinity(affinity: Field) -> Problems:
    if not isinstance(affinity.value, dict):
        return
    yield from affinity["required"].need("must specify required node constraints")
    if isinstance(affinity["required"].value, dict):
        yield from selectors.node_selector(affinity["required"])


def _source(spec: Field) -> Problems:
    present = volume_sources.sources(spec, volume_sources.IN_PERSISTENT_VOLUMES)
    if not present:
        yield spec.required("must specify a volume type")
    for name in present[1:]:
        yield spec[name].forbidden("may not specify more than 1 volume type")
    for name in present[:1]:
        yield from volume_sources.validate(spec, name)
        if name == "csi" and isinstance(spec["csi"].value, dict):
            yield from spec["csi"]["volumeHandle"].need()


def _capacity(field: Field) -> Problems:
    yield from field.need()
    others = [name for name, _ in field.entries() if name != "storage"]
    if field.count and (others or not field["storage"].present):
        yield field.unsupported(("storage",))
    for _, amount in field.entries():
        yield from quantities.positive(amount)
