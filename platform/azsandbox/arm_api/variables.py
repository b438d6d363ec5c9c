"""The environment variables that lead the genuine SDKs to the API server; the SDKs document all of them.

- azure-ai-ml: ARM_CLOUD_METADATA_URL and AZUREML_CURRENT_CLOUD select the cloud.
- azure-identity: AZURE_AUTHORITY_HOST, AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE are
  set by workload identity in a pod; with AZURE_TOKEN_CREDENTIALS, DefaultAzureCredential tries nothing else.
- requests, urllib, httpx, OpenSSL: only the session's certificate authority is trusted, and only the
  sandbox's hosts are reached.
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
JOBS = "AZSANDBOX_JOBS"  # overrides for the environment of jobs and deployments, as JSON
CLIENT = "00000000-0000-0000-0000-0000000000c1"
ACCOUNT = "AZSANDBOX_ACCOUNT"  # whom the session's commands sign in as: `namespace/name`, or an identity
SIGN_IN = ("AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_TOKEN_CREDENTIALS")
"""The variables of the session's own sign-in, which jobs and deployments do not have."""
_LOOPBACK = "localhost,127.0.0.1,::1"


def for_clients(base: str, tunnel: int, authority: Path) -> dict[str, str]:
    """Variables for the session's commands and jobs.

    Args:
        base: the API server's URL.
        tunnel: the port of the HTTPS proxy.
        authority: the file of the session's certificate authority.
    """
    proxy = f"http://127.0.0.1:{tunnel}"
    return {
        "ARM_CLOUD_METADATA_URL": f"{base}/metadata/endpoints?api-version=2019-05-01",
        "AZUREML_CURRENT_CLOUD": names.CLOUD,
        "AZURE_AUTHORITY_HOST": base,
        "AZURE_STORAGE_DOMAIN": names.BLOB.lstrip("."),  # Pulumi's backend azblob://
        "AZURE_TENANT_ID": DEFAULT_TENANT,
        "REQUESTS_CA_BUNDLE": str(authority),
        "SSL_CERT_FILE": str(authority),
        "HTTPS_PROXY": proxy,
        "HTTP_PROXY": proxy,
        "NO_PROXY": _LOOPBACK,
        "no_proxy": _LOOPBACK,
    }


def for_workload_identity(session: Path, client: str) -> dict[str, str]:
    """Variables of a process that signs in with the session's token file."""
    return {
        "AZURE_CLIENT_ID": client,
        "AZURE_FEDERATED_TOKEN_FILE": str(session / TOKEN_FILE),
        "AZURE_TOKEN_CREDENTIALS": "WorkloadIdentityCredential",
    }


def for_managed_identity(base: str, secret: str) -> dict[str, str]:
    """Variables of a process with a managed identity, as azure-identity's AzureMLCredential reads them."""
    return {
        "MSI_ENDPOINT": f"{base}/msi/token",
        "MSI_SECRET": secret,
        "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
    }


def write_token(session: Path, token: str) -> None:
    """Write the token file, readable by its owner only."""
    descriptor = os.open(session / TOKEN_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)


@dataclass(frozen=True)
class Environment:
    """The environment of jobs and deployments."""

    base: Mapping[str, str]
    overrides: Mapping[str, str]
    """The session's own variables, which win: they lead jobs to replacements of services outside of Azure."""

    def with_settings(self, *settings: Mapping[str, str]) -> dict[str, str]:
        """The environment of a process; `settings` are the variables of its job or deployment."""
        variables = dict(self.base)
        for group in settings:
            variables |= group
        return variables | dict(self.overrides)


def for_jobs(environment: Mapping[str, str]) -> dict[str, str]:
    """The base for jobs and deployments: with the sandbox's `python` first, without the session's token."""
    variables = {name: value for name, value in environment.items() if not name.startswith("AZSANDBOX_")}
    path = [str(Path(sys.executable).parent), variables.get("PATH", os.defpath)]
    return {**variables, "PATH": os.pathsep.join(path)}
