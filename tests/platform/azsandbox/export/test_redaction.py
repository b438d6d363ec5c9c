"""Every secret in a state becomes a placeholder, and its path is reported."""

from __future__ import annotations

import pytest

from azsandbox.arm.redaction import CHANGED, MARK
from azsandbox.errors import NotModelledError
from azsandbox.export.redaction import PLACEHOLDER, redact

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def test_ciphertexts_fingerprints_and_secret_names_become_placeholders() -> None:
    clean, paths = redact(
        {
            "properties": {"value": {SIGNATURE: SECRET, "ciphertext": "v1:abc"}},
            "list": [{"token": {SIGNATURE: SECRET, "plaintext": '"hush"'}}],
            "seen": {MARK: "00ff"},
            "drifted": CHANGED,
            "adminPassword": "hush",
            "configurationProtectedSettings": {"key": "hush"},
            "password": None,
            "open": "stays",
        }
    )
    assert clean == {
        "properties": {"value": PLACEHOLDER},
        "list": [{"token": PLACEHOLDER}],
        "seen": PLACEHOLDER,
        "drifted": PLACEHOLDER,
        "adminPassword": PLACEHOLDER,
        "configurationProtectedSettings": PLACEHOLDER,
        "password": None,
        "open": "stays",
    }
    assert paths == [
        "properties.value",
        "list[0].token",
        "seen",
        "drifted",
        "adminPassword",
        "configurationProtectedSettings",
    ]


def test_an_archive_is_refused_with_its_path() -> None:
    with pytest.raises(NotModelledError, match=r"code\.archive is neither plain nor secret"):
        redact({"code": {"archive": {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": "00"}}})
