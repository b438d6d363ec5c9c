"""What managed identities refuse, and the ids they get."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import identities, ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

AT_MOST = 20
AUDIENCE = "api://AzureADTokenExchange"


def identity_outputs(request: Request) -> Values:
    return {
        "principalId": identities.made_up("principal", request.id),
        "clientId": identities.made_up("client", request.id),
        "tenantId": request.tenant,
    }


def token_exchange(inputs: Values) -> Iterator[Problem]:
    audiences = inputs.get("audiences")
    if isinstance(audiences, list) and len(audiences) != 1:
        yield Problem("audiences", f"names {len(audiences)} audiences, but Entra takes exactly one")
    elif isinstance(audiences, list) and isinstance(audiences[0], str) and audiences[0] != AUDIENCE:
        yield Problem("audiences", f"is {audiences[0]!r}; workload identity uses {AUDIENCE}", warning=True)
    subject = inputs.get("subject")
    if isinstance(subject, str) and subject.startswith("system:") and subject.count(":") != 3:  # noqa: PLR2004
        yield Problem("subject", f"{subject!r} is not of the form system:serviceaccount:<namespace>:<name>")


def _sisters(request: Request) -> list[Resource]:
    above = ids.parent_of(request.id) or ""
    below = request.subscription.below(above)
    return [
        one
        for one in below
        if one.kind.endswith("/federatedidentitycredentials") and ids.key(one.id) != ids.key(request.id)
    ]


def at_most_twenty(request: Request) -> None:
    if len(_sisters(request)) >= AT_MOST:
        raise ArmError(
            400,
            "FederatedIdentityCredentialsCountExceeded",
            f"An identity can have at most {AT_MOST} federated credentials.",
        )


def subject_is_unique(request: Request) -> None:
    wanted = (request.inputs.get("issuer"), request.inputs.get("subject"))
    for other in _sisters(request):
        if (other.inputs.get("issuer"), other.inputs.get("subject")) == wanted:
            raise ArmError(
                409,
                "FederatedIdentityCredentialAlreadyExists",
                "Issuer and subject combination already exists for this Managed Identity, in "
                f"'{other.name}'.",
            )
