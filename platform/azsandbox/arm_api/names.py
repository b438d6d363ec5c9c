"""The names of the sandbox's cloud: hosts and audiences that no real cloud has."""

from __future__ import annotations

CLOUD = "RoasterySandbox"
HOST = "localhost"
SUFFIX = "azure.sandbox"
PORTAL = f"https://portal.{SUFFIX}"  # azure-ai-ml derives Azure ML's audience from it
STORAGE = f"core.{SUFFIX}"
BLOB = f".blob.{STORAGE}"
ML = f"https://ml.{SUFFIX}"

# Hosts outside of the cloud's own suffix that the session answers for (`azsandbox.public_hosts`).
REGISTRY = ".azurecr.io"
VAULT = ".vault.azure.net"
SNOWFLAKE = ".snowflakecomputing.com"
DEVOPS = "dev.azure.com"
LOGIN = "login.microsoftonline.com"  # MSAL for Go asks it about any authority that it does not know
PUBLIC = (REGISTRY, VAULT, SNOWFLAKE, DEVOPS, LOGIN)
CERTIFIED = (
    HOST,
    "127.0.0.1",
    f"*.blob.{STORAGE}",
    *(f"*{name}" if name.startswith(".") else name for name in PUBLIC),
)

# azure-ai-ml requests this audience in every cloud: AAD_TOKEN_RESOURCE_ENDPOINT in its constants
PUBLIC_ML = "https://ml.azure.com"
# azure-storage-blob likewise: STORAGE_OAUTH_SCOPE
STORAGE_AUDIENCE = "https://storage.azure.com"
VAULT_AUDIENCE = "https://vault.azure.net"


def is_public(host: str) -> bool:
    """Whether it is a host of `PUBLIC`."""
    return any(host.endswith(name) if name.startswith(".") else host == name for name in PUBLIC)
