"""The names of the sandbox's cloud: hosts and audiences that no real cloud has."""

from __future__ import annotations

CLOUD = "RoasterySandbox"
HOST = "localhost"
SUFFIX = "azure.sandbox"
PORTAL = f"https://portal.{SUFFIX}"  # azure-ai-ml derives Azure ML's audience from it
STORAGE = f"core.{SUFFIX}"
BLOB = f".blob.{STORAGE}"
ML = f"https://ml.{SUFFIX}"
CERTIFIED = (HOST, "127.0.0.1", f"*.blob.{STORAGE}")

# azure-ai-ml requests this audience in every cloud: AAD_TOKEN_RESOURCE_ENDPOINT in its constants
PUBLIC_ML = "https://ml.azure.com"
# azure-storage-blob likewise: STORAGE_OAUTH_SCOPE
STORAGE_AUDIENCE = "https://storage.azure.com"
