"""Tokens: signed by this session, for the right audience, until they expire."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from azsandbox.access.directory import Directory
from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api.sign_in import SignIn
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Call
from azsandbox.errors import ArmError


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(tenant="t", client="c", issuer="https://localhost")


def test_an_expired_token_is_refused(tokens: Tokens) -> None:
    with pytest.raises(ArmError) as caught:
        tokens.check(f"Bearer {tokens.access('https://a', -10)}", {"https://a"})
    assert (caught.value.status, caught.value.code) == (401, "ExpiredAuthenticationToken")
    tokens.check(f"Bearer {tokens.access('https://a')}", {"https://a"})


def exchange(tokens: Tokens, **form: str) -> dict[str, Any]:
    fields = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_id": "c",
        "client_assertion": tokens.federated(),
        "scope": "https://a/.default",
        **form,
    }
    body = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
    sign_in = SignIn(tokens, Directory(Subscription.open(":memory:"), tokens.client))
    return sign_in.exchange(Call(method="POST", host="", path="", body=body.encode())).body


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"grant_type": "password"}, "AADSTS70003"),
        ({"client_id": "someone"}, "AADSTS700016"),
        ({"client_assertion": "nonsense"}, "this sandbox session did not issue"),
    ],
)
def test_the_sign_in_refuses_what_is_not_its_own(tokens: Tokens, form: dict[str, str], words: str) -> None:
    assert words in exchange(tokens, **form)["error_description"]


def test_an_expired_federated_token_says_so(tokens: Tokens) -> None:
    response = exchange(tokens, client_assertion=tokens.federated(-10))
    assert "AADSTS700024" in response["error_description"]
