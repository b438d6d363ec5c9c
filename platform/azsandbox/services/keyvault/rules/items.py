"""What Key Vault refuses about secrets and keys.

Sources, 2026-12-01: learn.microsoft.com/azure/key-vault, pages
general/about-keys-secrets-certificates, secrets/about-secrets, keys/about-keys, keys/about-keys-details,
keys/how-to-configure-key-rotation; REST specification (key properties);
terraform-provider-azurerm, internal/services/keyvault/key_vault_key_resource.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import seconds
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN

_LARGEST_SECRET = 25 * 1024  # bytes
_MOST_TAGS = 15
_LAST_SECOND = 253_402_300_799  # of the year 9999
_RSA_SIZES = (2048, 3072, 4096)
_ELLIPTIC_OPERATIONS = ("sign", "verify", "release")
_DAY = 86_400
_SHORTEST_EXPIRY, _SHORTEST_TRIGGER = 28, 7  # days
_DURATION = re.compile(r"P(?=\d)(\d+Y)?(\d+M)?(\d+D)?")


def _text(value: Any) -> str:
    return value.lower() if isinstance(value, str) else ""


def secret_is_small(inputs: Values) -> Iterator[Problem]:
    value = walk.value(inputs, "properties.value")
    if isinstance(value, str) and len(value.encode()) > _LARGEST_SECRET:
        yield Problem("properties.value", f"has more than {_LARGEST_SECRET:,} bytes (about secrets)")
    kind = walk.value(inputs, "properties.contentType")
    if isinstance(kind, str) and len(kind) > 255:  # noqa: PLR2004 - the published limit
        yield Problem("properties.contentType", "has more than 255 characters (about secrets)")


def times_are_seconds(inputs: Values) -> Iterator[Problem]:
    for name in ("notBefore", "expires"):
        time = walk.value(inputs, f"properties.attributes.{name}")
        if isinstance(time, (int, float)) and not 0 <= time <= _LAST_SECOND:
            yield Problem(
                f"properties.attributes.{name}",
                f"{time:.0f} is not a time in seconds since 1970 (milliseconds?)",
            )


def tags_are_few(inputs: Values) -> Iterator[Problem]:
    tags = inputs.get("tags")
    if isinstance(tags, dict) and len(tags) > _MOST_TAGS:
        yield Problem("tags", f"has {len(tags)} members, but at most {_MOST_TAGS} are allowed in a vault")


def key_material_fits_type(inputs: Values) -> Iterator[Problem]:
    kind = walk.value(inputs, "properties.kty")
    name, size = _text(kind), walk.value(inputs, "properties.keySize")
    curve = walk.value(inputs, "properties.curveName")
    if kind is UNKNOWN:
        return
    if name.startswith("rsa") and isinstance(size, (int, float)) and size not in _RSA_SIZES:
        yield Problem("properties.keySize", f"{size:g} is none of 2048, 3072, 4096")
    if name.startswith("rsa") and isinstance(curve, str):
        yield Problem("properties.curveName", f"{curve!r} does not go with {kind}, which has a keySize")
    if name.startswith("ec") and isinstance(size, (int, float)):
        yield Problem("properties.keySize", f"{size:g} does not go with {kind}, which has a curveName")


def operations_fit_type(inputs: Values) -> Iterator[Problem]:
    kind, operations = walk.value(inputs, "properties.kty"), walk.value(inputs, "properties.keyOps")
    names = [_text(name) for name in operations] if isinstance(operations, list) else []
    for index, name in enumerate(names):
        path = f"properties.keyOps[{index}]"
        if _text(kind).startswith("ec") and name and name not in _ELLIPTIC_OPERATIONS:
            yield Problem(path, f"{operations[index]!r} does not go with {kind}: it can sign and verify")
        if name == "import" and (len(names) > 1 or _text(kind) not in ("rsa-hsm", "")):
            yield Problem(path, "'import' stands alone, on a key exchange key of type RSA-HSM")


def release_is_complete(inputs: Values) -> Iterator[Problem]:
    """A key that can leave the vault has a policy and is kept in hardware."""
    exportable = walk.value(inputs, "properties.attributes.exportable")
    policy, kind = walk.value(inputs, "properties.releasePolicy"), walk.value(inputs, "properties.kty")
    if exportable is True and policy is None:
        yield Problem("properties.releasePolicy", "is required with attributes.exportable")
    if policy is not None and exportable not in (True, UNKNOWN):
        yield Problem("properties.attributes.exportable", "has to be true with a releasePolicy")
    if policy is not None and isinstance(kind, str) and not kind.lower().endswith("-hsm"):
        yield Problem("properties.kty", f"{kind!r} can't be released: use RSA-HSM or EC-HSM")


def rotation_is_possible(inputs: Values) -> Iterator[Problem]:
    expiry = walk.value(inputs, "properties.rotationPolicy.attributes.expiryTime")
    where = "properties.rotationPolicy.attributes.expiryTime"
    yield from _duration(where, expiry, _SHORTEST_EXPIRY)
    seen: set[str] = set()
    for path, action in walk.objects(inputs, "properties.rotationPolicy.lifetimeActions[]"):
        kind = _text(walk.value(action, "action.type"))
        if kind and kind in seen:
            yield Problem(f"{path}.action.type", f"{kind!r} is there already: one of each type")
        seen.add(kind)
        yield from _trigger(f"{path}.trigger", kind, action.get("trigger"), expiry)


def _trigger(path: str, kind: str, trigger: Any, expiry: Any) -> Iterator[Problem]:
    if not isinstance(trigger, dict):
        return
    after, before = trigger.get("timeAfterCreate"), trigger.get("timeBeforeExpiry")
    yield from _duration(f"{path}.timeAfterCreate", after, _SHORTEST_TRIGGER)
    yield from _duration(f"{path}.timeBeforeExpiry", before, _SHORTEST_TRIGGER)
    if after and before:
        yield Problem(path, "has timeAfterCreate and timeBeforeExpiry: set one of the two")
    if kind == "notify" and after:
        yield Problem(f"{path}.timeAfterCreate", "is for rotate only: notify with timeBeforeExpiry")
    if before and not expiry:
        yield Problem(f"{path}.timeBeforeExpiry", "needs attributes.expiryTime of the policy")
    length, limit = seconds(before or after), seconds(expiry)
    if length is not None and limit is not None and length > limit - _SHORTEST_TRIGGER * _DAY:
        yield Problem(
            f"{path}.{'timeBeforeExpiry' if before else 'timeAfterCreate'}",
            f"{before or after!r} has to be at least 7 days below expiryTime, which is {expiry!r}",
        )


def _duration(path: str, text: Any, least: int) -> Iterator[Problem]:
    if not isinstance(text, str) or not text:
        return
    length = seconds(text) if _DURATION.fullmatch(text) else None
    if length is None:
        yield Problem(path, f"{text!r} is not an ISO 8601 duration in years, months and days, such as P90D")
    elif length < least * _DAY:
        yield Problem(path, f"{text!r} is below {least} days (key rotation)")


def hardware_key_needs_premium_vault(request: Request) -> None:
    vault, kind = request.parent, request.at("properties.kty")
    sku = walk.value(vault.inputs, "properties.sku.name") if vault else None
    if _text(kind).endswith("-hsm") and _text(sku) == "standard":
        raise ArmError(
            400,
            "BadParameter",
            f"A key of type {kind} needs a vault of SKU premium, but the vault of '{request.id}' is a "
            "standard one.",
        )
