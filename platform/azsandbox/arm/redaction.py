"""No secret is stored in the clear: the model stores a keyed fingerprint in its place.

A value is secret if the program marked it as such, if its name is one of NAMES, or if it reads as one
(`secret_values`): a connection string with a key, a signed URL, a token, a private key. The fingerprint shows
whether a secret has changed, and lets a read return the value that the engine already has.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from azsandbox.arm import secret_values
from azsandbox.schema.values import UNKNOWN, Secret, reveal

MARK = "__redacted__"
CHANGED = "[changed outside of Pulumi; the sandbox stores no secrets]"

NAMES = frozenset(
    [
        "adminpassword",
        "administratorloginpassword",
        "clientsecret",
        "password",
        "secret",
        "secretkey",
        "sharedkey",
        "accesskey",
        "pat",
        "sastoken",
        "accountkey",
        "primarykey",
        "secondarykey",
        "primarysharedkey",
        "connectionstring",
        "privatekey",
        "protectedsettings",
        "configurationprotectedsettings",
        "customdata",
        "userdata",
        "stringdata",
    ]
)
"""Inputs that are secret even if the program does not mark them."""


class Redactor:
    """Makes fingerprints with the key of one sandbox."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = secret_key

    def fingerprint(self, value: Any) -> str:
        text = json.dumps(reveal(value), sort_keys=True, default=str)
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """A generated secret that is the same on every call, so it never has to be stored."""
        return hashlib.shake_256(self._key + purpose.encode()).digest(length)

    def redact(self, value: Any, name: str = "") -> Any:
        """The value with a fingerprint for each secret; what is redacted already stays as it is."""
        if isinstance(value, dict) and set(value) == {MARK}:
            return value
        if isinstance(value, Secret) or (name.lower() in NAMES and _holds_something(value)):
            return {MARK: self.fingerprint(value)}
        if isinstance(value, dict):
            # What is in an object of credentials is secret, however its name is: `secrets: {key: …}`.
            return {
                key: self.redact(item, "secret" if _is_credential(name, key, item) else key)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.redact(item) for item in value]
        if isinstance(value, str) and secret_values.is_secret(value):
            return {MARK: self.fingerprint(value)}
        return None if value is UNKNOWN else value

    def restore(self, stored: Any, offered: Any) -> Any:
        """The stored value, with each secret taken from the engine's value if its fingerprint matches."""
        if isinstance(stored, dict):
            if MARK in stored:
                same = offered is not None and self.fingerprint(offered) == stored[MARK]
                return offered if same else Secret(CHANGED)
            inner = reveal(offered) if isinstance(offered, Secret) else offered
            known: dict[str, Any] = inner if isinstance(inner, dict) else {}
            return {key: self.restore(item, known.get(key)) for key, item in stored.items()}
        if isinstance(stored, list):
            items: list[Any] = offered if isinstance(offered, list) else []
            return [self.restore(item, items[i] if i < len(items) else None) for i, item in enumerate(stored)]
        return stored


def without_secrets(value: Any) -> Any:
    """Outputs as the service returns them: without the inputs that are secret by name."""
    if isinstance(value, dict):
        return {key: without_secrets(item) for key, item in value.items() if key.lower() not in NAMES}
    return [without_secrets(item) for item in value] if isinstance(value, list) else value


def secrets_of(value: Any) -> set[str]:
    """The strings that are marked as secret, at any depth."""
    if isinstance(value, Secret):
        plain = reveal(value)
        return {plain} if isinstance(plain, str) else secrets_of(_marked(plain))
    items: list[Any] = []
    if isinstance(value, dict):
        items = list(value.values())
    elif isinstance(value, list):
        items = value
    return {text for item in items for text in secrets_of(item)}


def mark_secrets(value: Any, secrets: set[str]) -> Any:
    """Outputs that a service derived from its inputs, with the secrets among them marked again."""
    if isinstance(value, dict):
        return {key: mark_secrets(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [mark_secrets(item, secrets) for item in value]
    return Secret(value) if isinstance(value, str) and value and value in secrets else value


def _marked(value: Any) -> Any:
    """The strings inside a secret object are secret too."""
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    return [_marked(item) for item in value] if isinstance(value, list) else Secret(str(value))


def _holds_something(value: Any) -> bool:
    """A name alone is not enough: neither `key: {…reference…}` nor `password: null` is a secret."""
    return (isinstance(value, str) and value != "") or (
        isinstance(value, dict) and bool(value) and _flat(value)
    )


def _is_credential(parent: str, key: str, item: Any) -> bool:
    """Whether it is a text in Azure ML's `secrets`, but its discriminator, or the key in `credentials`."""
    if not isinstance(item, str):
        return False
    return (parent == "secrets" and not key.lower().endswith("type")) or (
        parent == "credentials" and key.lower() == "key"
    )


def _flat(value: dict[str, Any]) -> bool:
    return all(isinstance(item, (str, Secret)) for item in value.values())
