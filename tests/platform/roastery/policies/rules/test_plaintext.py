"""Secrets in plain text: which values count, and that none is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource
from roastery.policies.values import UNKNOWN, Secret

GUID = "11111111-2222-4333-8444-555555555555"
Make = Callable[..., DeclaredResource]
Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("inputs", "caught"),
    [
        ({"password": "hunter22"}, "password"),
        ({"settings": [{"clientSecret": "hunter22"}]}, "settings[0].clientSecret"),
        ({"env": [{"name": "SNOWFLAKE_PASSWORD", "value": "hunter22"}]}, "env[0].value"),
        ({"note": "-----BEGIN PRIVATE KEY-----"}, "note"),
        ({"url": "snowflake://user:hunter22@host/db"}, "url"),
        ({"url": "https://x/y?sv=1&sig=AbCdEfGhIjKlMnOpQrStUvWx"}, "url"),
        ({"key": "A" * 86 + "=="}, "key"),
        ({"token": "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4"}, "token"),
        ({"password": ""}, None),
        ({"url": "redis://:hunter22@host/0"}, "url"),
        ({"password": "$hunter22"}, "password"),
        ({"password": "https://my-vault.azure.net/hunter22"}, "password"),
        ({"password": "{{inputs.parameters.password}}"}, None),
        ({"password": "$SNOWFLAKE_PASSWORD"}, None),
        ({"password": "${snowflake.password}"}, None),
        ({"password": "$(SNOWFLAKE_PASSWORD)"}, None),
        ({"password": "https://kv.vault.azure.net/secrets/p"}, None),
        ({"passwordName": "grinder", "secretId": "x", "tokenUri": "y"}, None),
        ({"scoringFe.sslSecret": "azureml-fe-tls"}, None),
        ({"disablePasswordAuthentication": True}, None),
        (
            {
                "APPLICATIONINSIGHTS_CONNECTION_STRING": f"InstrumentationKey={GUID};IngestionEndpoint=https://x/"
            },
            None,
        ),
        (
            {"CONNECTION_STRING": f"InstrumentationKey={GUID};Password=hunter22"},
            "CONNECTION_STRING",
        ),
        ({"CONNECTION_STRING": "Endpoint=sb://x/;EntityPath=y"}, "CONNECTION_STRING"),
        ({"password": Secret("hunter22")}, None),
        ({"password": UNKNOWN}, None),
        ({"publicKey": "ssh-rsa AAAA"}, None),
    ],
)
def test_a_secret_in_plain_text_is_found_and_never_shown(
    problems: Problems, inputs: dict[str, Any], caught: str | None
) -> None:
    account = DeclaredResource(urn="urn:pulumi:prod::p::x:y:Z::it", type="x:y:Z", inputs=inputs)
    paths = problems("plain-secret", account)
    assert [message.split(" ", maxsplit=1)[0] for message in paths] == ([caught] if caught else [])
    assert "hunter22" not in str(paths)


def test_the_value_of_a_vaults_secret_must_be_a_pulumi_secret(problems: Problems, resource: Make) -> None:
    plain = resource(t.VAULT_SECRET, properties={"value": "x"})
    assert problems("plain-secret", plain) == ["properties.value must be a Pulumi secret"]


def test_keys_of_connections_and_datastores_must_be_secrets_too(problems: Problems, resource: Make) -> None:
    connection = resource(t.ML_CONNECTION, properties={"credentials": {"key": "abc"}})
    assert problems("plain-secret", connection) == ["properties.credentials.key must be a Pulumi secret"]
    datastore = resource(t.ML_DATASTORE, properties={"credentials": {"secrets": {"key": "abc"}}})
    assert problems("plain-secret", datastore) == [
        "properties.credentials.secrets.key must be a Pulumi secret"
    ]
