"""The sign-in that a chart from a private OCI registry needs; without one, the provider asks anonymously.

Source: pulumi/pulumi-kubernetes#1914 and #2321; the provider reads the file that the variable names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azsandbox import files
from azsandbox.schema.validate import Problem

CONFIG = "PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH"
_EVERY = "*.azurecr.io"  # what a session of `azsandbox up` is signed in to


def sign_in(file: Path) -> None:
    """A sign-in to every registry of Azure, as whoever deploys has made one before."""
    files.write_text(file, json.dumps({"auths": {_EVERY: {"auth": "c2FuZGJveA=="}}}))


def problems(chart: Any) -> Iterator[Problem]:
    """What the provider says about a chart of a registry that it is not signed in to."""
    if not isinstance(chart, str) or not chart.startswith("oci://"):
        return
    host, _, path = chart.removeprefix("oci://").partition("/")
    if not host.endswith(_EVERY.lstrip("*")) or _signed_in(host):
        return
    scope = f"repository%3A{path.replace('/', '%2F')}%3Apull"
    yield Problem(
        "chart",
        f"{chart!r} can't be pulled: failed to authorize: failed to fetch anonymous token: unexpected status "
        f"from GET request to https://{host}/oauth2/token?scope={scope}&service={host}: 401 Unauthorized "
        f"(sign in first; the provider reads {CONFIG})",
    )


def _signed_in(host: str) -> bool:
    try:
        content: Any = json.loads(Path(os.environ[CONFIG]).read_text())
    except (KeyError, OSError, ValueError):
        return False
    known = content.get("auths") if isinstance(content, dict) else None
    return isinstance(known, dict) and (host in known or _EVERY in known)
