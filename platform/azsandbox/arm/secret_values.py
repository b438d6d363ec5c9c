"""Secrets that are recognised by their value, whatever their name is.

Sources: learn.microsoft.com, storage/common/storage-configure-connection-string (connection strings),
rest/api/storageservices/create-service-sas (signed URLs); RFC 7519 (tokens), RFC 7468 (PEM).
"""

from __future__ import annotations

import re

_PATTERNS = (
    # a key or password in a connection string: `AccountKey=…;`, `Password=…`
    r"(^|[;\s'\"])(account|sharedaccess|shared|access|primary|secondary)(key|keyvalue)=[^;\s]{16,}",
    r"(^|[;\s'\"])(password|pwd|sharedaccesssignature|clientsecret|client_secret)\s*=\s*[^;\s]{4,}",
    r"[?&]sig=[^&\s]{8,}",  # of a shared access signature, in a URL
    r"^(?=.*\bs[vre]=)(.*&)?sig=[^&\s]{8,}",  # and on its own
    r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*",  # a signed token
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"\b[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s:@]{3,}@",  # a password in a URL
    r"^[A-Za-z0-9+/]{86}==$",  # a key of 64 bytes, as storage accounts have
    r"\b(ghp|gho|ghs|github_pat)_\w{20,}",
    r"\b[\w~.-]{3}[78]Q~[\w~.-]{31,34}\b",  # a client secret of Entra
)
_SECRET = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
_SIGNS = ("=", "://", "eyJ", "BEGIN", "_", "Q~")  # every pattern has one of these


def is_secret(text: str) -> bool:
    """Whether a text reads as a secret, or has one in it."""
    return any(sign in text for sign in _SIGNS) and _SECRET.search(text) is not None
