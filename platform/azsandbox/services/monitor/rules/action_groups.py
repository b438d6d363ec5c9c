"""What Azure Monitor refuses about action groups (their page and the service limits of Azure Monitor)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import is_guid
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_SHORT_NAME_LENGTHS = range(1, 13)
_MOST = {
    "emailReceivers": 1000,
    "azureAppPushReceivers": 1000,
    "smsReceivers": 10,
    "voiceReceivers": 10,
    "webhookReceivers": 10,
    "azureFunctionReceivers": 10,
    "logicAppReceivers": 10,
    "armRoleReceivers": 10,
    "automationRunbookReceivers": 10,
    "itsmReceivers": 10,
    "eventHubReceivers": 10,
    "incidentReceivers": 10,
}
_PHONE, _COUNTRY = re.compile(r"[\d\s().-]{4,20}"), re.compile(r"\+?\d{1,3}")


def short_name_within_limit(inputs: Values) -> Iterator[Problem]:
    name = inputs.get("groupShortName")
    if isinstance(name, str) and len(name) not in _SHORT_NAME_LENGTHS:
        yield Problem("groupShortName", f"{name!r} has {len(name)} characters, but 1 to 12 are allowed")


def receivers_are_distinct(inputs: Values) -> Iterator[Problem]:
    """Names of receivers are unique in the whole group, and there are not too many of a kind."""
    first: dict[str, str] = {}
    for kind, most in _MOST.items():
        receivers = inputs.get(kind)
        if isinstance(receivers, list) and len(receivers) > most:
            yield Problem(kind, f"has {len(receivers)} receivers, but at most {most} are allowed")
        for path, name in walk.values(inputs, f"{kind}[].name"):
            if not isinstance(name, str):
                continue
            if name.lower() in first:
                yield Problem(path, f"{name!r} is already the name of {first[name.lower()]}")
            first.setdefault(name.lower(), path.rpartition(".")[0])


def receivers_can_be_reached(inputs: Values) -> Iterator[Problem]:
    for kind in ("smsReceivers", "voiceReceivers"):
        for path, receiver in walk.objects(inputs, f"{kind}[]"):
            country, phone = receiver.get("countryCode"), receiver.get("phoneNumber")
            if isinstance(country, str) and not _COUNTRY.fullmatch(country):
                yield Problem(
                    f"{path}.countryCode", f"{country!r} is not a country calling code such as 1 or 52"
                )
            if isinstance(phone, str) and not _PHONE.fullmatch(phone):
                yield Problem(
                    f"{path}.phoneNumber", f"{phone!r} is not a phone number in digits, without country code"
                )


def receivers_can_sign_in(inputs: Values) -> Iterator[Problem]:
    for path, receiver in walk.objects(inputs, "webhookReceivers[]"):
        if receiver.get("useAadAuth") is True:
            for name in ("objectId", "identifierUri"):
                if receiver.get(name) is None:
                    yield Problem(f"{path}.{name}", "is required with useAadAuth")
    for path, role in walk.values(inputs, "armRoleReceivers[].roleId"):
        if isinstance(role, str) and not is_guid(role):
            yield Problem(path, f"{role!r} is not the GUID of a role definition")
