"""What Storage refuses about lifecycle policies.

Sources, 2026-12-01: learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure;
REST specification of management policies; terraform-provider-azurerm, storage_management_policy_resource.go,
issues 6031 and 19814.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.schema.validate import Problem
from azsandbox.services.storage.rules.support import (
    blob_service_of,
    is_premium,
    kind_of,
    refused,
    sku_of,
    text,
    with_account,
)

_RULES = "policy.rules[]"
_TIERS = ("tierToHot", "tierToCool", "tierToCold", "tierToArchive")
_COOLING = ("tierToCool", "tierToCold", "tierToArchive", "delete")
_SUBJECTS = ("baseBlob", "snapshot", "version")
_AGES = (
    "daysAfterModificationGreaterThan",
    "daysAfterCreationGreaterThan",
    "daysAfterLastAccessTimeGreaterThan",
)
_PREFIX = re.compile(r"(\$?[a-z0-9][a-z0-9-]{0,62}|\$)(/.*)?", re.DOTALL)
_BLOB_TYPES = ("blockblob", "appendblob")


def rule_has_an_action(inputs: Values) -> Iterator[Problem]:
    for path, rule in walk.objects(inputs, _RULES):
        actions = walk.value(rule, "definition.actions")
        if isinstance(actions, dict) and not any(actions.get(subject) for subject in _SUBJECTS):
            yield Problem(f"{path}.definition.actions", "needs at least one action")


def action_has_one_age(inputs: Values) -> Iterator[Problem]:
    for subject in _SUBJECTS:
        for path, actions in walk.objects(inputs, f"{_RULES}.definition.actions.{subject}"):
            for name in (*_TIERS, "delete"):
                yield from _one_age(f"{path}.{name}", name, subject, actions.get(name))


def _one_age(path: str, action: str, subject: str, ages: Any) -> Iterator[Problem]:
    if not isinstance(ages, dict):
        return
    present = [name for name in _AGES if name in ages]
    if subject == "baseBlob" and len(present) != 1:
        state = f"has {' and '.join(present)}" if present else "has none of them"
        yield Problem(path, f"needs exactly one of {', '.join(_AGES)}, but {state}")
    if "daysAfterLastTierChangeGreaterThan" not in ages:
        return
    where = f"{path}.daysAfterLastTierChangeGreaterThan"
    if action != "tierToArchive":
        yield Problem(where, "is for tierToArchive only")
    elif subject == "baseBlob" and "daysAfterModificationGreaterThan" not in ages:
        yield Problem(where, "needs daysAfterModificationGreaterThan")


def automatic_hot_tier_reads_access_time(inputs: Values) -> Iterator[Problem]:
    for path, actions in walk.objects(inputs, f"{_RULES}.definition.actions.baseBlob"):
        read = walk.value(actions, "tierToCool.daysAfterLastAccessTimeGreaterThan")
        if actions.get("enableAutoTierToHotFromCool") is True and read is None:
            yield Problem(
                f"{path}.enableAutoTierToHotFromCool", "needs tierToCool.daysAfterLastAccessTimeGreaterThan"
            )


def tiers_get_cooler(inputs: Values) -> Iterator[Problem]:
    """Azure takes any order and applies the cheapest action: a warning."""
    for path, actions in walk.objects(inputs, f"{_RULES}.definition.actions.*"):
        for age in _AGES:
            days = [
                (name, value)
                for name in _COOLING
                if isinstance(value := walk.value(actions, f"{name}.{age}"), (int, float))
            ]
            for (earlier, first), (later, second) in pairwise(days):
                if first >= second:
                    yield Problem(
                        f"{path}.{earlier}.{age}",
                        f"{first:g} days is not before {later} after {second:g}: it never applies",
                        warning=True,
                    )


def blob_types_take_actions(inputs: Values) -> Iterator[Problem]:
    for path, rule in walk.objects(inputs, _RULES):
        types = walk.value(rule, "definition.filters.blobTypes")
        names = [text(name) for name in types] if isinstance(types, list) else []
        for index, name in enumerate(names):
            if name and name not in _BLOB_TYPES:
                yield Problem(
                    f"{path}.definition.filters.blobTypes[{index}]",
                    f"{types[index]!r} is none of blockBlob, appendBlob",
                )
        if "appendblob" not in names:
            continue
        for subject in _SUBJECTS:
            for name in _TIERS:
                if walk.value(rule, f"definition.actions.{subject}.{name}") is not None:
                    yield Problem(
                        f"{path}.definition.actions.{subject}.{name}",
                        "is not supported for appendBlob, which is only deleted: give it a rule of its own",
                    )


def filters_are_possible(inputs: Values) -> Iterator[Problem]:
    for path, prefix in walk.values(inputs, f"{_RULES}.definition.filters.prefixMatch[]"):
        if isinstance(prefix, str) and prefix and not _PREFIX.fullmatch(prefix):
            yield Problem(path, f"{prefix!r} has to begin with the name of a container, such as logs/2026")
    for path, operator in walk.values(inputs, f"{_RULES}.definition.filters.blobIndexMatch[].op"):
        if isinstance(operator, str) and operator != "==":
            yield Problem(path, f"{operator!r} has to be '=='")
    for path, rule in walk.objects(inputs, _RULES):
        tags = walk.value(rule, "definition.filters.blobIndexMatch")
        for subject in ("snapshot", "version"):
            if tags and walk.value(rule, f"definition.actions.{subject}"):
                yield Problem(
                    f"{path}.definition.filters.blobIndexMatch",
                    f"is not supported with actions on a {subject}",
                )


@with_account
def policy_goes_with_account(request: Request, account: Values) -> None:
    kind, tiers = kind_of(account), _tiers_of(request)
    if kind in ("storage", "filestorage"):
        raise refused(
            "FeatureNotSupportedForAccount",
            f"Lifecycle management is not supported for accounts of kind {account.get('kind')}.",
            409,
        )
    cool = tiers - {"tierToHot"}
    if is_premium(account) and cool:
        raise refused("InvalidPolicyRule", f"{min(cool)} is not supported for premium block blob accounts.")
    if "tierToHot" in tiers and not is_premium(account):
        raise refused("InvalidPolicyRule", "tierToHot is supported for premium block blob accounts only.")
    if "tierToArchive" in tiers and sku_of(account).endswith(("_zrs", "gzrs")):
        raise refused(
            "InvalidPolicyRule",
            "tierToArchive is not supported for accounts with zone redundancy (ZRS, GZRS, RA-GZRS).",
        )


def _tiers_of(request: Request) -> set[str]:
    return {
        name
        for _, actions in walk.objects(request.inputs, f"{_RULES}.definition.actions.*")
        for name in _TIERS
        if actions.get(name) is not None
    }


def access_time_is_tracked(request: Request) -> None:
    """Tiers by an access time that nobody tracks are refused; a deletion by it is recorded as taken."""
    if any(True for name in _TIERS for _ in _by_access(request, name)) and not _tracks_access(request):
        raise refused(
            "MissingLastAccessTimeBasedTrackingPolicy",
            "Last access time based tracking policy must be enabled before using its specific actions "
            "in object lifecycle management policy.",
        )


def untracked_access_counts_from_policy(request: Request) -> Iterator[Problem]:
    if not _tracks_access(request):
        for path, days in _by_access(request, "delete"):
            yield Problem(
                path,
                f"{days:g} counts from the day of the policy, since lastAccessTimeTrackingPolicy of the blob "
                "service is not enabled (lifecycle-management-overview)",
                warning=True,
            )


def _by_access(request: Request, action: str) -> Iterator[tuple[str, Any]]:
    path = f"{_RULES}.definition.actions.baseBlob.{action}.daysAfterLastAccessTimeGreaterThan"
    return walk.values(request.inputs, path)


def _tracks_access(request: Request) -> bool:
    return walk.value(blob_service_of(request), "lastAccessTimeTrackingPolicy.enable") is True
