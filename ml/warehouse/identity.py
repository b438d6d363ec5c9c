"""The job's own identity, and the Entra token that it signs in to Snowflake with.

Snowflake's connector would fetch the token itself (provider AZURE), from the metadata service of the node or
from the variables of AKS workload identity. A job of Azure ML on Kubernetes has neither: network policies
block the metadata service, which knows the node and not the job, and Azure ML hands out the identity by its
own endpoint. azure-identity knows that one, so the job gets the token and hands it on (provider OIDC).

Sources: learn.microsoft.com "Set up authentication between Azure Machine Learning and other services",
Kubernetes Cluster Compute: `ManagedIdentityCredential` "without any client_id";
github.com/snowflakedb/snowflake-connector-python, issue 2578 and pull request 2903;
docs.snowflake.com "Workload identity federation".
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from ml.errors import AccessDeniedError, InputError, UnreachableError
from ml.warehouse.settings import variable

RESOURCE = variable("workload_identity_entra_resource")
_PROVIDER = variable("workload_identity_provider")
_READY = (variable("token"), variable("token_file_path"))
_NOBODY = "a job uses the identity of its compute; elsewhere run: az login"


def own_identity() -> Any:
    """The token credential of this process, found as Azure's own clients find it.

    Raises:
        ImportError: azure-identity is not installed.
    """
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - only where an identity is needed

    # Azure ML sets this variable in a job, and its own compute clusters want it; on Kubernetes there must be
    # no client id: the identity is that of the compute.
    client = None if "KUBERNETES_SERVICE_HOST" in os.environ else os.environ.get("DEFAULT_IDENTITY_CLIENT_ID")
    return DefaultAzureCredential(managed_identity_client_id=client)


def with_token(env: Mapping[str, str], credential: Any = None) -> Mapping[str, str]:
    """The variables with the identity's token filled in; unchanged if they ask for none.

    They ask for one where the sign-in is by workload identity with provider OIDC, an Entra resource is named
    and there is neither a token nor a token file.

    Args:
        env: environment variables.
        credential: a token credential; by default `own_identity`.

    Raises:
        InputError: azure-identity is not installed.
        AccessDeniedError: there is no identity, or Entra ID refuses it a token for this resource.
        UnreachableError: Entra ID does not answer.
    """
    by_identity = env.get(variable("authenticator"), "WORKLOAD_IDENTITY").upper() == "WORKLOAD_IDENTITY"
    resource = env.get(RESOURCE)
    if not by_identity or not resource or env.get(_PROVIDER, "").upper() != "OIDC":
        return env
    if any(env.get(name) for name in _READY):
        return env
    return {**env, _READY[0]: _token(resource, credential)}


def _token(resource: str, credential: Any) -> str:
    # The credentials log each failure that they also raise, at length.
    logging.getLogger("azure").setLevel(logging.CRITICAL + 1)
    what = f"a token for {resource} ({RESOURCE})"
    try:
        from azure.core import exceptions  # noqa: PLC0415 - only where an identity is needed

        credential = credential or own_identity()
    except ImportError as error:
        raise InputError(
            f"{what} needs the package {error.name}, which is not installed", "install the extra `vault`"
        ) from None
    try:
        return credential.get_token(f"{resource}/.default").token
    except exceptions.ClientAuthenticationError as error:
        raise AccessDeniedError(f"no identity gets {what}: {line(error)}", _NOBODY) from None
    except exceptions.AzureError as error:
        raise UnreachableError(
            f"Entra ID does not answer for {what}: {line(error)}",
            "check that this network reaches the identity endpoint of the job",
        ) from None


def line(error: Any) -> str:
    """What an error of Azure's clients says, as one line of at most 200 characters."""
    return " ".join(str(getattr(error, "message", None) or error).split())[:200]
