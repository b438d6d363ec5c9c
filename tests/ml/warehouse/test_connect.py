"""What can go wrong on the way to Snowflake: one line each, in seconds."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ml.errors import InputError, MLError, UnreachableError
from ml.warehouse.connect import connected
from ml.warehouse.settings import SnowflakeSettings

PLACE = {
    "SNOWFLAKE_ACCOUNT": "nowhere-roastery",
    "SNOWFLAKE_DATABASE": "RETAIL",
    "SNOWFLAKE_SCHEMA": "SALES",
    "SNOWFLAKE_WAREHOUSE": "ETL",
    "SNOWFLAKE_USER": "etl",
    "SNOWFLAKE_HOST": "127.0.0.1",
    "SNOWFLAKE_PROTOCOL": "http",
    "SNOWFLAKE_LOGIN_TIMEOUT": "2",
}
PASSWORD = {"SNOWFLAKE_PASSWORD": "x"}


@pytest.fixture
def silent_port() -> Iterator[str]:
    """A server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield str(listener.getsockname()[1])


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def failure(**variables: str) -> MLError:
    settings = SnowflakeSettings.from_env(PLACE | variables)
    with pytest.raises(MLError) as caught, connected(settings):
        pytest.fail("nobody can have answered")
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_host_that_refuses_is_unreachable(closed_port: str) -> None:
    error = failure(**PASSWORD, SNOWFLAKE_PORT=closed_port)
    assert isinstance(error, UnreachableError)
    dialled = f"account nowhere-roastery (127.0.0.1:{closed_port})"
    assert f"Snowflake does not answer for {dialled} within 2 s" in str(error)


def test_a_host_that_stays_silent_is_unreachable_in_seconds(silent_port: str) -> None:
    started = time.monotonic()
    assert isinstance(failure(**PASSWORD, SNOWFLAKE_PORT=silent_port), UnreachableError)
    assert time.monotonic() - started < 20  # the connector alone waits for a minute, twice


def test_a_host_that_nobody_knows_is_unreachable() -> None:
    error = failure(**PASSWORD, SNOWFLAKE_HOST="snowflake.invalid", SNOWFLAKE_PROTOCOL="https")
    assert isinstance(error, UnreachableError)
    assert "(snowflake.invalid)" in str(error)


def key(path: Path, passphrase: bytes | None = None) -> Path:
    encryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    path.write_bytes(pem)
    return path


def test_a_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    absent = failure(SNOWFLAKE_PRIVATE_KEY_FILE=str(tmp_path / "absent.p8"))
    assert isinstance(absent, InputError)
    assert f"cannot read {tmp_path / 'absent.p8'}" in str(absent)
    (tmp_path / "noise.p8").write_text("noise")
    assert "SNOWFLAKE_PRIVATE_KEY_FILE cannot be used" in str(
        failure(SNOWFLAKE_PRIVATE_KEY_FILE=str(tmp_path / "noise.p8"))
    )
    locked = str(key(tmp_path / "locked.p8", b"right"))
    for passphrase in ({}, {"SNOWFLAKE_PRIVATE_KEY_FILE_PWD": "wrong"}):
        error = failure(SNOWFLAKE_PRIVATE_KEY_FILE=locked, **passphrase)
        assert isinstance(error, InputError)
        assert "SNOWFLAKE_PRIVATE_KEY_FILE_PWD" in str(error)


def test_a_good_key_is_used_with_its_passphrase(closed_port: str, tmp_path: Path) -> None:
    """The connector signs a token with it and gets as far as the network."""
    passphrase = {"SNOWFLAKE_PRIVATE_KEY_FILE_PWD": "p&ss 'w\"rd"}
    path = key(tmp_path / "key.p8", b"p&ss 'w\"rd")
    error = failure(SNOWFLAKE_PRIVATE_KEY_FILE=str(path), SNOWFLAKE_PORT=closed_port, **passphrase)
    assert isinstance(error, UnreachableError)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read .*token"), ("no token at all", "cannot be used: .*Invalid JWT")],
)
def test_a_workload_token_that_cannot_be_used_is_named(
    content: str | None, message: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content)
    identity = {"SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY", "SNOWFLAKE_HOST": ""}
    error = failure(SNOWFLAKE_PROTOCOL="https", SNOWFLAKE_TOKEN_FILE_PATH=str(tmp_path / "token"), **identity)
    assert isinstance(error, InputError)
    with pytest.raises(InputError, match=message):
        raise error
