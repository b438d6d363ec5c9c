"""What Azure refuses about federated identity credentials."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_MOST_CREDENTIALS = 20
_AUDIENCE = "api://AzureADTokenExchange"
_SERVICE_ACCOUNT = re.compile(r"system:serviceaccount:[a-z0-9][-a-z0-9]{0,62}:[a-z0-9][-a-z0-9.]{0,252}")


def exactly_one_audience(inputs: Values) -> Iterator[Problem]:
    audiences = inputs.get("audiences")
    if isinstance(audiences, list) and len(audiences) != 1:
        yield Problem("audiences", f"names {len(audiences)} audiences, but Entra accepts exactly one")
    elif isinstance(audiences, list) and isinstance(audiences[0], str) and audiences[0] != _AUDIENCE:
        yield Problem("audiences", f"is {audiences[0]!r}; workload identity uses {_AUDIENCE}", warning=True)


def subject_is_a_service_account(inputs: Values) -> Iterator[Problem]:
    subject = inputs.get("subject")
    if isinstance(subject, str) and subject.startswith("system:") and not _SERVICE_ACCOUNT.fullmatch(subject):
        yield Problem("subject", f"{subject!r} is not of the form system:serviceaccount:<namespace>:<name>")


def _other_credentials(request: Request) -> list[Resource]:
    """The other federated credentials of the same identity."""
    return [
        resource
        for resource in request.subscription.below(ids.parent_of(request.id) or "")
        if resource.kind.endswith("/federatedidentitycredentials")
        and ids.key(resource.id) != ids.key(request.id)
    ]


def identity_has_room_for_credential(request: Request) -> None:
    if len(_other_credentials(request)) >= _MOST_CREDENTIALS:
        raise ArmError(
            400,
            "FederatedIdentityCredentialsCountExceeded",
            f"An identity can have at most {_MOST_CREDENTIALS} federated credentials.",
        )


def issuer_and_subject_are_unique(request: Request) -> None:
    wanted = (request.inputs.get("issuer"), request.inputs.get("subject"))
    for other in _other_credentials(request):
        if (other.inputs.get("issuer"), other.inputs.get("subject")) == wanted:
            raise ArmError(
                409,
                "FederatedIdentityCredentialAlreadyExists",
                "Issuer and subject combination already exists for this Managed Identity, in "
                f"'{other.name}'.",
            )
