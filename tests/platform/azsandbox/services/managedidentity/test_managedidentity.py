"""Managed identities and their federated credentials."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.errors import ArmError

CREDENTIAL = "managedidentity:FederatedIdentityCredential"


def credential(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": "rg",
        "resourceName": "id-one",
        "federatedIdentityCredentialResourceName": f"fc-{number}",
        "audiences": ["api://AzureADTokenExchange"],
        "issuer": "https://issuer/",
        "subject": f"system:serviceaccount:ns:account-{number}",
        **changes,
    }


def test_an_identity_has_a_principal_and_a_client_id(azure: Any) -> None:
    outputs = azure.identity().outputs
    assert outputs["principalId"] != outputs["clientId"]


def test_federated_credentials_of_an_identity_have_different_subjects(azure: Any) -> None:
    azure.identity()
    for number in range(2):
        azure.make(CREDENTIAL, **credential(number))
    twin = credential(1, federatedIdentityCredentialResourceName="twin")
    assert azure.refusal(CREDENTIAL, **twin) == "FederatedIdentityCredentialAlreadyExists"


def test_an_identity_has_at_most_twenty_federated_credentials(
    azure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # a write takes a while, so that parallel ones collide
    azure.identity()
    for number in range(20):
        azure.make(CREDENTIAL, **credential(number))
    with pytest.raises(ArmError, match="at most 20 federated credentials") as refusal:
        azure.make(CREDENTIAL, **credential(20))
    assert refusal.value.code == "FederatedIdentityCredentialsCountExceeded"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"audiences": ["a", "b"]}, "audiences names 2 audiences, but Entra accepts exactly one"),
        ({"audiences": []}, "audiences names 0 audiences, but Entra accepts exactly one"),
        (
            {"subject": "system:serviceaccount:account"},
            "is not of the form system:serviceaccount:<namespace>:<name>",
        ),
    ],
)
def test_credentials_that_entra_refuses(azure: Any, changes: dict[str, Any], words: str) -> None:
    (problem,) = azure.errors(CREDENTIAL, **credential(1, **changes))
    assert words in problem


def test_an_unusual_audience_is_a_warning(azure: Any) -> None:
    (problem,) = azure.check(CREDENTIAL, **credential(1, audiences=["api://other"]))
    assert problem.warning
