"""What Key Vault refuses about vaults, and what keeps or recovers a deleted one."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_RETENTION_DAYS = range(7, 91)


def _properties(inputs: Values) -> Values:
    properties = inputs.get("properties")
    return properties if isinstance(properties, dict) else {}


def retention_within_limits(inputs: Values) -> Iterator[Problem]:
    days = _properties(inputs).get("softDeleteRetentionInDays")
    if isinstance(days, int) and days not in _RETENTION_DAYS:
        yield Problem("properties.softDeleteRetentionInDays", f"is {days}, but must be 7 to 90")


def purge_protection_is_not_false(inputs: Values) -> Iterator[Problem]:
    if _properties(inputs).get("enablePurgeProtection") is False:
        yield Problem("properties.enablePurgeProtection", "can't be false: leave it out or set it to true")


def access_policies_have_an_effect(inputs: Values) -> Iterator[Problem]:
    properties = _properties(inputs)
    if properties.get("enableRbacAuthorization") and properties.get("accessPolicies"):
        yield Problem(
            "properties.accessPolicies", "have no effect with enableRbacAuthorization", warning=True
        )


def purge_protection_is_not_removed(request: Request) -> None:
    if request.existing is None:
        return
    before, after = request.existing.inputs.get("properties", {}), request.inputs.get("properties", {})
    if before.get("enablePurgeProtection") and not after.get("enablePurgeProtection"):
        raise ArmError(
            400,
            "BadRequest",
            'The property "enablePurgeProtection" cannot be set to false. Enabling it is irreversible.',
        )


def retention_is_unchanged(request: Request) -> None:
    if request.existing is None:
        return
    before, after = request.existing.inputs.get("properties", {}), request.inputs.get("properties", {})
    old, new = before.get("softDeleteRetentionInDays"), after.get("softDeleteRetentionInDays")
    if old is not None and new is not None and old != new:
        raise ArmError(
            400,
            "BadRequest",
            'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
        )


def is_purge_protected(inputs: Values) -> bool:
    return bool(inputs.get("properties", {}).get("enablePurgeProtection"))


def asks_for_recovery(inputs: Values) -> bool:
    return str(inputs.get("properties", {}).get("createMode", "")).lower() == "recover"
