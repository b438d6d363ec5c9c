"""What Azure refuses about the static addresses of private endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request
from azsandbox.arm.regions import canonical
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.network.addresses import static_address_is_free
from azsandbox.services.network.private_link import members_of, target_and_group


def _members(request: Request) -> tuple[set[str], set[str]]:
    """The members that the declared addresses name, and those that the group has."""
    named = {str(value).lower() for _, value in walk.values(request.inputs, "ipConfigurations[].memberName")}
    _, group = target_and_group(request.inputs)
    region = canonical(str(request.inputs.get("location", "")))
    return named, {member.format(region=region) for member in members_of(group)}


def members_are_all_named(request: Request) -> None:
    """Azure's own refusals: github.com/hashicorp/terraform-provider-azurerm/issues/21781 and 18443."""
    named, wanted = _members(request)
    missing = sorted(wanted - named)
    if named and missing:
        raise ArmError(
            400,
            "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps",
            f"Private Endpoint {request.id} contains static ipconfigurations of {', '.join(sorted(named))} "
            "and its "
            f"missing these membernames requested by Private Link service: {', '.join(missing)}. Private "
            "Endpoint "
            "needs to be reconfigured with missing memberNames.",
        )


def unusual_members(request: Request) -> Iterator[Problem]:
    """Members that the group is not known to have: a registry has one per region of its replicas."""
    named, wanted = _members(request)
    unknown = sorted(name for name in named - wanted if not name.startswith("registry_data_"))
    if wanted and unknown:
        yield Problem(
            "ipConfigurations",
            f"memberName {unknown[0]!r} is not one of {', '.join(sorted(wanted))}",
            warning=True,
        )


def static_addresses_are_free(request: Request) -> None:
    subnet = str(request.at("subnet.id") or "")
    seen: set[str] = set()
    for path, text in walk.values(request.inputs, "ipConfigurations[].privateIPAddress"):
        if not isinstance(text, str):
            continue
        if text in seen:
            raise ArmError(
                400, "PrivateIPAddressInUse", f"{path} of '{request.id}' is {text}, which it declares twice."
            )
        seen.add(text)
        where = f"{path} of private endpoint {request.id}"
        static_address_is_free(request.subscription, subnet, text, request.id, where)
