"""The names of the sandbox's cloud: hosts and audiences that no real cloud has."""

from __future__ import annotations

from typing import Final

CLOUD: Final = "RoasterySandbox"
HOST: Final = "localhost"
SUFFIX: Final = "azure.sandbox"
PORTAL: Final = f"https://portal.{SUFFIX}"  # azure-ai-ml makes Azure ML's audience from it
STORAGE: Final = f"core.{SUFFIX}"
BLOB: Final = f".blob.{STORAGE}"
ML: Final = f"https://ml.{SUFFIX}"
CERTIFIED: Final = (HOST, "127.0.0.1", f"*.blob.{STORAGE}")

# azure-ai-ml asks for this one whatever the cloud: AAD_TOKEN_RESOURCE_ENDPOINT in its constants
PUBLIC_ML: Final = "https://ml.azure.com"
# azure-storage-blob likewise: STORAGE_OAUTH_SCOPE
STORAGE_AUDIENCE: Final = "https://storage.azure.com"
