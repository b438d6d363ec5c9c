"""The environment that leads the genuine SDKs to the API server; all of it is documented by them.

- azure-ai-ml: ARM_CLOUD_METADATA_URL and AZUREML_CURRENT_CLOUD choose the cloud.
- azure-identity: AZURE_AUTHORITY_HOST, AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE are
  what workload identity sets in a pod; AZURE_TOKEN_CREDENTIALS makes it the only way that
  DefaultAzureCredential tries.
- requests, urllib, httpx, OpenSSL: only the session's own authority is trusted, and only the sandbox's hosts
  are reached.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azsandbox.arm.provider import DEFAULT_TENANT
from azsandbox.arm_api import names

TOKEN_FILE = "federated-token"  # noqa: S105 - a file's name
JOBS = "AZSANDBOX_JOBS"  # what jobs and deployments find in their environment, as JSON
CLIENT = "00000000-0000-0000-0000-0000000000c1"
_LOOPBACK = "localhost,127.0.0.1,::1"


def leading(base: str, tunnel: int, session: Path, authority: Path) -> dict[str, str]:
    """Variables for the session's commands, and for its jobs."""
    proxy = f"http://127.0.0.1:{tunnel}"
    return {
        "ARM_CLOUD_METADATA_URL": f"{base}/metadata/endpoints?api-version=2019-05-01",
        "AZUREML_CURRENT_CLOUD": names.CLOUD,
        "AZURE_AUTHORITY_HOST": base,
        "AZURE_TENANT_ID": DEFAULT_TENANT,
        "AZURE_CLIENT_ID": CLIENT,
        "AZURE_FEDERATED_TOKEN_FILE": str(session / TOKEN_FILE),
        "AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential",
        "REQUESTS_CA_BUNDLE": str(authority),
        "SSL_CERT_FILE": str(authority),
        "HTTPS_PROXY": proxy,
        "HTTP_PROXY": proxy,
        "NO_PROXY": _LOOPBACK,
        "no_proxy": _LOOPBACK,
    }


def sign_in(session: Path, token: str) -> None:
    """Write the token file, for the session's owner only."""
    descriptor = os.open(session / TOKEN_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)


@dataclass(frozen=True)
class Environment:
    """What jobs and deployments run in."""

    base: Mapping[str, str]
    given: Mapping[str, str]
    """The session's own word. It wins: so jobs are led to stand-ins for what lies outside of Azure."""

    def with_settings(self, *settings: Mapping[str, str]) -> dict[str, str]:
        """The environment of a process, with what the job or deployment itself sets."""
        found = dict(self.base)
        for one in settings:
            found |= one
        return found | dict(self.given)


def of_an_image(environment: Mapping[str, str]) -> dict[str, str]:
    """What jobs and deployments see: this checkout's `python`, and not the proof that admits a stand-in."""
    kept = {name: value for name, value in environment.items() if not name.startswith("AZSANDBOX_")}
    path = [str(Path(sys.executable).parent), kept.get("PATH", os.defpath)]
    return {**kept, "PATH": os.pathsep.join(path)}
