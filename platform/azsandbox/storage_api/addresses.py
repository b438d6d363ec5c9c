"""Azure ML's ways to name data, and the folder that each leads to."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

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
    """Those of one workspace."""

    def __init__(self, resources: Resources, folders: Folders, workspace: str) -> None:
        self._resources = resources
        self._folders = folders
        self.workspace = workspace

    def uri(self, store: str, path: str) -> str:
        """The long form that Azure ML itself writes."""
        parsed = ids.parse(self.workspace)
        group = ids.parse(ids.group_of(self.workspace) or "").name
        subscription = ids.subscription_of(self.workspace).strip("/")
        return f"azureml://{subscription}/resourcegroups/{group}/workspaces/{parsed.name}/datastores/{store}/paths/{path}"

    def folder(self, store: str = DEFAULT) -> Path:
        """The folder of a datastore's container.

        Raises:
            ArmError: no such datastore, or none that keeps blobs.
        """
        found = self._resources.require(f"{self.workspace}/datastores/{store}")
        properties: Values = found.inputs.get("properties") or {}
        account, container = properties.get("accountName"), properties.get("containerName")
        if not account or not container:
            kind = properties.get("datastoreType")
            raise ArmError(
                501, "NotModelled", f"the sandbox keeps no files of datastore '{store}', which is {kind}"
            )
        return self._folders.container(str(account), str(container))

    def local(self, address: str) -> Path:
        """Where an address or an asset leads on this machine.

        Raises:
            ArmError: nothing known by that address.
        """
        found = _DATASTORE.fullmatch(address)
        if found:
            return self.folder(found["store"]) / found["path"].rstrip("/")
        parts = urlsplit(address)
        if parts.scheme == "https" and (parts.hostname or "").endswith(names.BLOB):
            container, _, path = unquote(parts.path).strip("/").partition("/")
            account = (parts.hostname or "").removesuffix(names.BLOB)
            return self._folders.container(account, container) / path.rstrip("/")
        return self.local(self._of_asset(address))

    def _of_asset(self, address: str) -> str:
        name = address.removeprefix("azureml:")
        short = _SHORT.fullmatch(address)
        places = [name] if ids.looks_like_id(name) else []
        if short:
            places = [
                f"{self.workspace}/{kind}/{short['name']}/versions/{short['version']}"
                for kind in ("data", "models")
            ]
        for place in places:
            found = self._resources.subscription.get(place)
            properties: Values = (found.inputs.get("properties") or {}) if found else {}
            for key in ("dataUri", "modelUri", "codeUri"):
                if properties.get(key):
                    return str(properties[key])
        raise ArmError(404, "UserError", f"'{address}' leads to nothing that the sandbox holds.")
