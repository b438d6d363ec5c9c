"""Public SSH keys in OpenSSH's one-line form."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

_KEY = re.compile(r"(ssh-rsa|ssh-ed25519) (AAAA[A-Za-z0-9+/]*=*)(\s.*)?", re.DOTALL)
_SMALLEST = 2048  # bits of an RSA key


def key_problem(text: Any) -> str | None:
    """What is wrong with a public key, in words; None for one that Azure takes."""
    if not isinstance(text, str):
        return None
    if "PRIVATE KEY" in text:
        return "is a private key: give the public one, which begins with ssh-rsa or ssh-ed25519"
    match = _KEY.fullmatch(text.strip())
    if match is None:
        return f"{text[:40]!r} is not a public SSH key: it begins with 'ssh-rsa AAAA' or 'ssh-ed25519 AAAA'"
    bits = _rsa_bits(match[2]) if match[1] == "ssh-rsa" else None
    if bits is not None and bits < _SMALLEST:
        return f"is an RSA key of {bits} bits, but at least {_SMALLEST} are required"
    return None


def _rsa_bits(body: str) -> int | None:
    """The length of the modulus; None if the text does not hold a whole key."""
    try:
        blob = base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
    fields: list[bytes] = []
    while len(blob) >= 4:  # noqa: PLR2004 - each field has a length of 4 bytes
        length = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + length:
            return None
        fields.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    names = 3  # algorithm, exponent, modulus
    return int.from_bytes(fields[2], "big").bit_length() if len(fields) == names else None
