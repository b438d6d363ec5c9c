"""Azure ML's URIs for data, and the local path of each."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from azsandbox import files
from azsandbox.arm import ids
from azsandbox.arm_api import names
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError
from azsandbox.storage_api.folders import Folders

_DATASTORE = re.compile(
    r"azureml://(?:subscriptions/[^/]+/resource[gG]roups/[^/]+/(?:providers/[^/]+/)?workspaces/[^/]+/)?"
    r"datastores/(?P<store>[^/]+)/paths/(?P<path>.*)"
)
_SHORT = re.compile(r"azureml:(?P<name>[\w.-]+):(?P<version>[\w.-]+)")
DEFAULT = "workspaceblobstore"
ARTIFACTS = "workspaceartifactstore"


class Addresses:
    """The URIs of one workspace."""

    def __init__(self, resources: Resources, folders: Folders, workspace: str) -> None:
        self._resources = resources
        self._folders = folders
        self.workspace = workspace

    def uri(self, store: str, path: str) -> str:
        """The long form, as Azure ML itself writes it."""
        parsed = ids.parse(self.workspace)
        group = ids.parse(ids.group_of(self.workspace) or "").name
        subscription = ids.subscription_of(self.workspace).strip("/")
        return f"azureml://{subscription}/resourcegroups/{group}/workspaces/{parsed.name}/datastores/{store}/paths/{path}"

    def folder(self, store: str = DEFAULT) -> Path:
        """The folder of a datastore's container.

        Raises:
            ArmError: the datastore does not exist, or is not in blob storage.
        """
        datastore = self._resources.require(f"{self.workspace}/datastores/{store}")
        properties: Values = datastore.inputs.get("properties") or {}
        account, container = properties.get("accountName"), properties.get("containerName")
        if not account or not container:
            kind = properties.get("datastoreType")
            raise ArmError(
                501, "NotModelled", f"the sandbox has no files for datastore '{store}', whose type is {kind}"
            )
        return self._folders.container(str(account), str(container))

    def local(self, address: str, seen: frozenset[str] = frozenset()) -> Path:
        """The local path of a URI or of an asset; `seen` are the assets that led to it.

        Raises:
            ArmError: the URI, or the asset, does not exist in the sandbox, or leads out of its container.
        """
        match = _DATASTORE.fullmatch(address)
        if match:
            return self._below(self.folder(match["store"]), match["path"], address)
        host, path = _host_and_path(address)
        if host.endswith(names.BLOB):
            container, _, path = path.strip("/").partition("/")
            base = self._folders.container(host.removesuffix(names.BLOB), container)
            return self._below(base, path, address)
        target = self._of_asset(address)
        if ids.key(target) in seen:
            raise ArmError(400, "UserError", f"The assets refer to each other in a cycle: '{address}'.")
        return self.local(target, seen | {ids.key(address)})

    @staticmethod
    def _below(base: Path, path: str, address: str) -> Path:
        """The file or folder below a container."""
        relative = path.rstrip("/")
        try:
            return files.below(base, relative) if relative else base
        except files.OutsideError as error:
            raise ArmError(400, "UserError", f"'{address}' is not a valid address: {error}") from None

    def _of_asset(self, address: str) -> str:
        name = address.removeprefix("azureml:")
        short = _SHORT.fullmatch(address)
        candidates = [name] if ids.looks_like_id(name) else []
        if short:
            candidates = [
                f"{self.workspace}/{kind}/{short['name']}/versions/{short['version']}"
                for kind in ("data", "models")
            ]
        for identifier in candidates:
            asset = self._resources.subscription.get(identifier)
            properties: Values = (asset.inputs.get("properties") or {}) if asset else {}
            for key in ("dataUri", "modelUri", "codeUri"):
                if properties.get(key):
                    return str(properties[key])
        raise ArmError(404, "UserError", f"'{address}' does not exist in the sandbox.")


def _host_and_path(address: str) -> tuple[str, str]:
    """The host and the path of an HTTPS address; empty for anything else."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return (host, unquote(parts.path)) if parts.scheme == "https" else ("", "")
