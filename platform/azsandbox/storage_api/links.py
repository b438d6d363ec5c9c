"""Links to blobs with a shared access signature (SAS): they need no token, for one blob and one hour."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from urllib.parse import quote

from azsandbox.arm_api import names

_SECONDS = 3600
_SECONDS_SINCE_1970 = re.compile(r"[0-9]{1,12}")


class Links:
    """Creates and checks links, signed with a key of its own."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def make(self, account: str, container: str, name: str) -> str:
        path, expires = f"/{container}/{quote(name)}", str(int(time.time()) + _SECONDS)
        signature = self._sign(account, path, expires)
        return f"https://{account}{names.BLOB}{path}?se={expires}&sp=r&sig={signature}"

    def allows(self, method: str, host: str, path: str, query: Mapping[str, str]) -> bool:
        """Whether the query has a valid signature, not yet expired, for reading this blob."""
        signature, expires = query.get("sig", ""), query.get("se", "")
        if method not in {"GET", "HEAD"} or not _SECONDS_SINCE_1970.fullmatch(expires):
            return False
        signed = self._sign(host.removesuffix(names.BLOB), path, expires)
        # As bytes: strings that are not ASCII can't be compared.
        return int(expires) >= time.time() and hmac.compare_digest(signature.encode(), signed.encode())

    def _sign(self, account: str, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{account}{path}{expires}".encode(), hashlib.sha256).hexdigest()
