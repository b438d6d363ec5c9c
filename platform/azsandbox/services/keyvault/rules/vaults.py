"""What Key Vault refuses about vaults, and what keeps or recovers a deleted one.

Sources, 2026-12-01: REST specification of Microsoft.KeyVault (descriptions of the vault's properties);
learn.microsoft.com/azure/key-vault/general, pages soft-delete-overview, network-security, rbac-guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN

_FEWEST_DAYS, _MOST_DAYS = 7, 90
_PUBLIC_ACCESS = ("enabled", "disabled", "securedbyperimeter")


def _properties(inputs: Values) -> Values:
    properties = inputs.get("properties")
    return properties if isinstance(properties, dict) else {}


def retention_within_limits(inputs: Values) -> Iterator[Problem]:
    days = _properties(inputs).get("softDeleteRetentionInDays")
    if isinstance(days, (int, float)) and not _FEWEST_DAYS <= days <= _MOST_DAYS:
        yield Problem("properties.softDeleteRetentionInDays", f"is {days:g}, but must be 7 to 90")


def purge_protection_is_not_false(inputs: Values) -> Iterator[Problem]:
    if _properties(inputs).get("enablePurgeProtection") is False:
        yield Problem("properties.enablePurgeProtection", "can't be false: leave it out or set it to true")


def access_policies_have_an_effect(inputs: Values) -> Iterator[Problem]:
    properties = _properties(inputs)
    if properties.get("enableRbacAuthorization") and properties.get("accessPolicies"):
        yield Problem(
            "properties.accessPolicies", "have no effect with enableRbacAuthorization", warning=True
        )


def soft_delete_stays_on(inputs: Values) -> Iterator[Problem]:
    if _properties(inputs).get("enableSoftDelete") is False:
        yield Problem(
            "properties.enableSoftDelete",
            "can't be false: every vault has soft delete (soft delete overview); leave it out",
        )


def access_policies_are_given(inputs: Values) -> Iterator[Problem]:
    properties = _properties(inputs)
    by_role = properties.get("enableRbacAuthorization")
    recovers = str(properties.get("createMode", "")).lower() == "recover"
    if properties and by_role not in (True, UNKNOWN) and not recovers and "accessPolicies" not in properties:
        yield Problem(
            "properties.accessPolicies",
            "is required without enableRbacAuthorization (an empty list will do): The parameter "
            "accessPolicies is not specified",
        )


def access_policies_fit_the_vault(inputs: Values) -> Iterator[Problem]:
    """One policy for each identity, all of the vault's tenant."""
    tenant = _properties(inputs).get("tenantId")
    first: dict[tuple[str, str], str] = {}
    for path, policy in walk.objects(inputs, "properties.accessPolicies[]"):
        own, client = policy.get("objectId"), policy.get("applicationId", "")
        other = policy.get("tenantId")
        if isinstance(other, str) and isinstance(tenant, str) and other.lower() != tenant.lower():
            yield Problem(f"{path}.tenantId", f"{other!r} is not the tenant of the vault, {tenant!r}")
        if not isinstance(own, str) or not isinstance(client, str):
            continue
        key = (own.lower(), client.lower())
        if key in first:
            yield Problem(f"{path}.objectId", f"{own!r} has a policy already: {first[key]}; join the two")
        first.setdefault(key, path)


def public_access_is_known(inputs: Values) -> Iterator[Problem]:
    access = _properties(inputs).get("publicNetworkAccess")
    if isinstance(access, str) and access.lower() not in _PUBLIC_ACCESS:
        yield Problem("properties.publicNetworkAccess", f"{access!r} is none of Enabled, Disabled")


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
