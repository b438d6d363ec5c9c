"""The official azure-native provider in a session: it talks to the sandbox's ARM API as it would to Azure.

Sources, 2026-12-01: pulumi-azure-native, provider/pkg/provider/auth.go (settings and their variables); the
documentation of its setting metadataHost; github.com/hashicorp/go-azure-sdk, sdk/internal/metadata/client.go
(what it reads at metadata/endpoints). The plugin is at get.pulumi.com and GitHub, in no package registry.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.errors import ToolchainError

PACKAGE = "azure-native"
_BINARY = f"pulumi-resource-{PACKAGE}"


def find(version: str, environment: Mapping[str, str] | None = None) -> Path:
    """The installed plugin's executable: that of the user's Pulumi, or on the PATH.

    Raises:
        ToolchainError: it is not installed.
    """
    variables = os.environ if environment is None else environment
    home = Path(variables.get("PULUMI_HOME") or Path(variables.get("HOME", "~"), ".pulumi")).expanduser()
    installed = home / "plugins" / _folder(version) / _BINARY
    if installed.is_file():
        return installed
    on_path = shutil.which(_BINARY, path=variables.get("PATH", os.defpath))
    if on_path:
        return Path(on_path)
    raise ToolchainError(
        f"the official provider {PACKAGE} {version} is not installed (neither {installed} nor {_BINARY} on "
        f"the PATH): pulumi plugin install resource {PACKAGE} {version} fetches it from get.pulumi.com"
    )


def offer(executable: Path, version: str, pulumi_home: Path) -> None:
    """Make the plugin known to the session's own Pulumi, which has no others."""
    folder = pulumi_home / "plugins" / _folder(version)
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / _BINARY
    link.unlink(missing_ok=True)
    link.symlink_to(executable.resolve())


def _folder(version: str) -> str:
    return f"resource-{PACKAGE}-v{version}"


def variables(clients: Mapping[str, str]) -> dict[str, str]:
    """What leads the provider to the session's ARM API; `clients` are the variables of other clients."""
    base = clients["AZURE_AUTHORITY_HOST"]
    return {
        "ARM_METADATA_HOSTNAME": urlsplit(base).netloc,
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_USE_OIDC": "true",
        "ARM_OIDC_TOKEN_FILE_PATH": clients["AZURE_FEDERATED_TOKEN_FILE"],
        "ARM_CLIENT_ID": clients["AZURE_CLIENT_ID"],
        "ARM_TENANT_ID": clients["AZURE_TENANT_ID"],
        "ARM_SUBSCRIPTION_ID": DEFAULT_SUBSCRIPTION,
    }


def without_stand_in(providers: str) -> str:
    """PULUMI_DEBUG_PROVIDERS without the stand-in for the package."""
    return ",".join(item for item in providers.split(",") if item.partition(":")[0] != PACKAGE)
