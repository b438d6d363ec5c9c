"""The proof that a stand-in was started by a sandbox session and by nothing else.

A session writes a random token into its own folder and passes token and folder in the environment. A stand-in
that does not find both refuses to serve: a `pulumi up` outside of a session never reaches one, whatever is on
the PATH.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from azsandbox.errors import NotInSandboxError

TOKEN = "AZSANDBOX_TOKEN"  # noqa: S105 - the variable's name
SESSION = "AZSANDBOX_SESSION"
_FILE = "token"


def issue(session: Path) -> dict[str, str]:
    """Write a session's token; the variables by which `require` recognizes the session."""
    token = secrets.token_hex(16)
    descriptor = os.open(session / _FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return {TOKEN: token, SESSION: str(session)}


def require(environment: Mapping[str, str] = os.environ) -> Path:
    """The session's folder.

    Raises:
        NotInSandboxError: the environment does not prove a session.
    """
    token, session = environment.get(TOKEN), environment.get(SESSION)
    if token and session:
        file = Path(session, _FILE)
        if file.is_file() and hmac.compare_digest(file.read_text(), token):
            return Path(session)
    raise NotInSandboxError(
        "this stand-in for Azure, Kubernetes or the language host runs only inside `azsandbox …` commands"
    )
