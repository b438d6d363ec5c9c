"""`roast login-registry`: a sign-in for charts, in a file that Helm reads, and in no state.

pulumi-kubernetes sends no credentials to an OCI registry but those of this file (pulumi-kubernetes#1914), and
a password among the program's inputs would be stored in the state.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from roastery import files
from roastery.bootstrap.oci import NOBODY

CONFIG = "PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH"
"""The variable by which pulumi-kubernetes finds the file; else it takes Helm's own, in the user's home."""


def registry_of(chart_repository: str) -> str | None:
    """The Azure registry that charts come from; None if they need no sign-in."""
    host = chart_repository.removeprefix("oci://").partition("/")[0]
    return host if chart_repository.startswith("oci://") and host.endswith(".azurecr.io") else None


def write(file: Path, login_server: str, refresh_token: str) -> None:
    """Adds the sign-in to the file, which only its owner may read; others in it stay."""
    content: dict[str, Any] = {}
    if file.is_file():
        content = json.loads(file.read_text() or "{}")
    auth = base64.b64encode(f"{NOBODY}:{refresh_token}".encode()).decode()
    content.setdefault("auths", {})[login_server] = {"auth": auth}
    files.write(file, "{}\n")
    file.chmod(0o600)  # before the token is in it
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(json.dumps(content))
