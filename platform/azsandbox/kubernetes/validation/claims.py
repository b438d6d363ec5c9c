"""Persistent volume claims, by themselves and as templates of stateful sets and ephemeral volumes.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolumeClaimSpec).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import names, quantities, selectors
from azsandbox.kubernetes.validation.field import Field, Problems

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")


def access_modes(field: Field, detail: str = "") -> Problems:
    yield from field.need(detail)
    for mode in field.items():
        if mode.is_text and mode.text not in ACCESS_MODES:
            yield field.unsupported(ACCESS_MODES, mode.text)
    texts = set(field.texts()) & set(ACCESS_MODES)
    if "ReadWriteOncePod" in texts and len(texts) > 1:
        yield field.forbidden("may not use ReadWriteOncePod with other access modes")


def spec(field: Field) -> Problems:
    """The specification of a claim."""
    yield from access_modes(field["accessModes"], "at least 1 access mode is required")
    yield from selectors.label_selector(field["selector"])
    requests = field["resources"]["requests"]
    storage = requests["storage"]
    if not storage.present:
        yield storage.required()
    for _, amount in requests.entries():
        yield from quantities.syntax(amount) if amount.path != requests.key("storage").path else ()
    yield from quantities.positive(storage)
    for name in ("storageClassName", "volumeAttributesClassName"):
        if field[name].text:
            yield from field[name].matches(names.dns_subdomain)
    mode = field["volumeMode"]
    if mode.is_text and mode.text not in VOLUME_MODES:
        yield mode.unsupported(VOLUME_MODES)
    for name in ("dataSource", "dataSourceRef"):
        yield from _data_source(field[name])


def _data_source(field: Field) -> Problems:
    if not isinstance(field.value, dict):
        return
    known = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))
    if field.path.endswith(".dataSource") and (field["apiGroup"].text, field["kind"].text) not in known:
        return  # the server drops what it does not know
    yield from field["name"].need()
    yield from field["kind"].need()
    group, kind = field["apiGroup"], field["kind"]
    if group.empty and kind.text not in {"", "PersistentVolumeClaim"}:
        yield field.invalid(
            "must be 'PersistentVolumeClaim' when referencing the default apiGroup", kind.text
        )
    if group.text:
        yield from group.matches(names.dns_subdomain)
    if field["namespace"].text:
        yield from field["namespace"].matches(names.dns_label)
