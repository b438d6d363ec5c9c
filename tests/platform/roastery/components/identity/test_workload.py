"""Identities, and the service accounts that may act as them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.identity.workload import (
    Federation,
    ServiceAccount,
    TooManyCredentialsError,
    WorkloadIdentity,
    WorkloadIdentityArgs,
)
from roastery.components.resource_group import ResourceGroup
from roastery.errors import RoasteryError

Declare = Callable[[Callable[[], object]], Any]


def accounts(count: int) -> list[ServiceAccount]:
    return [ServiceAccount(namespace="roastery", name=f"sa-{number}") for number in range(count)]


@pytest.fixture
def identity(group: ResourceGroup) -> Callable[..., WorkloadIdentity]:
    """Declares an identity; to be called by the program."""

    def build(count: int | None = None) -> WorkloadIdentity:
        federation = Federation(issuer="https://issuer", accounts=accounts(count)) if count else None
        args = WorkloadIdentityArgs(resource_group=group, part="jobs", federation=federation)
        return WorkloadIdentity("jobs", args)

    return build


def test_an_identity_is_named_and_tagged_as_its_group_says(
    declare: Declare, identity: Callable[..., WorkloadIdentity]
) -> None:
    declared = declare(identity)

    inputs = declared.inputs("id-jobs")
    assert inputs["resourceName"] == "id-roastery-jobs-prod-eus2"
    assert inputs["tags"] == {"owner": "forecasting"}
    assert declared.names("FederatedIdentityCredential") == set()


def test_exactly_the_named_service_accounts_may_act_as_it(
    declare: Declare, identity: Callable[..., WorkloadIdentity]
) -> None:
    credentials = declare(lambda: identity(2)).of_type("FederatedIdentityCredential")

    assert [credential.inputs["subject"] for credential in credentials] == [
        "system:serviceaccount:roastery:sa-0",
        "system:serviceaccount:roastery:sa-1",
    ]
    assert {credential.inputs["issuer"] for credential in credentials} == {"https://issuer"}
    assert {credential.inputs["audiences"][0] for credential in credentials} == {"api://AzureADTokenExchange"}


def test_credentials_are_created_one_after_another(
    declare: Declare, identity: Callable[..., WorkloadIdentity]
) -> None:
    """Azure answers parallel ones with 409."""
    first, second, third = declare(lambda: identity(3)).of_type("FederatedIdentityCredential")

    assert first.name in second.depends_on
    assert second.name in third.depends_on


def test_more_service_accounts_than_azure_allows_are_refused(
    declare: Declare, identity: Callable[..., WorkloadIdentity]
) -> None:
    with pytest.raises(TooManyCredentialsError, match="jobs has 21 service accounts, at most 20 are allowed"):
        declare(lambda: identity(21))
    assert issubclass(TooManyCredentialsError, RoasteryError)
    assert TooManyCredentialsError.exit_code == 2
