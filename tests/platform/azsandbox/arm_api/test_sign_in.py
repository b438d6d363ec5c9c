"""Workload identity and managed identity: only who is trusted gets the token of an identity."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from azsandbox.arm_api.wire import Call
from azsandbox.errors import SandboxError

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app"
ISSUER = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"
SUBJECT = "system:serviceaccount:beans:sa-roaster"
AUDIENCE = "api://AzureADTokenExchange"


@pytest.fixture
def client(api: Any) -> str:
    """The client id of an identity that trusts one service account."""
    content = json.dumps({"location": "westeurope"}).encode()
    assert api.answer("PUT", f"https://localhost{GROUP}?api-version=2021-04-01", content).status == 201
    answer = api.answer("PUT", f"https://localhost{IDENTITY}?api-version=2023-01-31", content)
    assert answer.status == 201
    credential = {"properties": {"issuer": ISSUER, "subject": SUBJECT, "audiences": [AUDIENCE]}}
    path = f"{IDENTITY}/federatedIdentityCredentials/fc-app?api-version=2023-01-31"
    assert api.answer("PUT", f"https://localhost{path}", json.dumps(credential).encode()).status == 201
    return str(answer.body["properties"]["clientId"])


@pytest.fixture
def exchange(api: Any, client: str) -> Callable[..., Any]:
    """The answer to the exchange of a service account's token."""

    def post(**changes: str) -> Any:
        claims = {"subject": SUBJECT, "issuer": ISSUER, "client_id": client, **changes}
        tokens = api.application.tokens
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_id": claims["client_id"],
            "client_assertion": tokens.federated(subject=claims["subject"], issuer=claims["issuer"]),
            "scope": "https://localhost/.default",
        }
        call = Call(
            method="POST", host="localhost", path="/t/oauth2/v2.0/token", body=urlencode(form).encode()
        )
        return api.dispatcher.answer(call)

    return post


def test_a_trusted_service_account_is_the_identity(
    api: Any, exchange: Callable[..., Any], client: str
) -> None:
    answer = exchange()
    assert answer.status == 200
    claims = api.application.tokens.check(f"Bearer {answer.body['access_token']}", {"https://localhost"})
    identity = api.subscription.get(IDENTITY)
    assert (claims["appid"], claims["oid"]) == (client, identity.outputs["principalId"])
    assert claims["xms_mirid"] == IDENTITY


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": ISSUER.rstrip("/")}, "AADSTS700211"),
        ({"subject": SUBJECT.replace("roaster", "other")}, "AADSTS700213"),
        ({"subject": SUBJECT.replace("beans", "tea")}, "AADSTS700213"),
        ({"client_id": "00000000-0000-4000-8000-0000000000ff"}, "AADSTS700016"),
        ({"client_id": "00000000-0000-0000-0000-0000000000c1"}, "AADSTS700211"),
    ],
)
def test_issuer_and_subject_have_to_be_exact(
    exchange: Callable[..., Any], changes: dict[str, str], code: str
) -> None:
    answer = exchange(**changes)
    assert answer.status == 401
    assert code in answer.body["error_description"]


def test_the_audience_has_to_be_that_of_the_credential(
    exchange: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azsandbox.arm_api.tokens.EXCHANGE", "api://Other")
    answer = exchange()
    assert "AADSTS700212" in answer.body["error_description"]
    assert "'api://Other'" in answer.body["error_description"]


def test_a_session_signs_in_as_a_service_account_of_the_cluster(api: Any, client: str) -> None:
    assert api.application.sign_in.service_account("beans/sa-roaster", None)[0] == client
    with pytest.raises(SandboxError, match="0 identities in the sandbox trust the service account beans/x"):
        api.application.sign_in.service_account("beans/x", None)
    with pytest.raises(SandboxError, match="no user-assigned identity 'id-x'"):
        api.application.sign_in.machine_of("id-x")


def ask(api: Any, secret: str, **query: str) -> Any:
    call = Call(
        method="GET",
        host="localhost",
        path="/msi/token",
        query={"resource": "https://localhost", "api-version": "2017-09-01", **query},
        headers={"secret": secret},
    )
    return api.dispatcher.answer(call)


def test_a_machine_gets_the_token_of_its_own_identity_only(api: Any, client: str) -> None:
    secret = api.application.sign_in.machine_of("id-app")
    answer = ask(api, secret)
    claims = api.application.tokens.check(f"Bearer {answer.body['access_token']}", {"https://localhost"})
    assert claims["appid"] == client
    assert ask(api, secret, clientid=client).status == 200
    assert ask(api, secret, clientid="another").status == 400
    assert ask(api, "another").status == 401
