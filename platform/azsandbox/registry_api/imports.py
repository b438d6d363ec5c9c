"""`importImage` of ARM: a registry copies an artefact of another registry that it can reach.

Sources: learn.microsoft.com/rest/api/containerregistry/registries/import-image; azure/container-registry,
pages container-registry-import-images and data-loss-prevention.
"""

from __future__ import annotations

import json
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import names
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError, NotModelledError
from azsandbox.registry_api.store import Store

_REGISTRIES = "Microsoft.ContainerRegistry/registries"
_Repository = tuple[str, str]  # the registry's name and the repository's


class Imports:
    """Copies between the registries of the sandbox; it reaches no others."""

    def __init__(self, resources: Resources, store: Store) -> None:
        self._resources = resources
        self._store = store

    def post(self, call: Call) -> Answer:
        target = self._resources.require(call.path.rstrip("/").rpartition("/")[0])
        body = call.json()
        source: Any = body.get("source") or {}
        tags: Any = body.get("targetTags") or []
        if not isinstance(source, dict) or not isinstance(tags, list):
            raise ArmError(
                400,
                "InvalidRequestContent",
                "The request content was invalid: source is an object, targetTags a list.",
            )
        image = str(source.get("sourceImage") or "")
        origin = self._origin(source)
        _refuse_without_exports(origin)
        repository, reference = _parsed(image)
        for wanted in tags or [image]:
            name, _, tag = str(wanted).partition(":")
            into = (target.name.lower(), name)
            if body.get("mode") != "Force" and tag in self._store.tags(*into):
                raise ArmError(
                    409, "Conflict", f"Tag {name}:{tag} already exists in target registry. Use mode Force."
                )
            self._copy((origin.name.lower(), repository), into, reference, tag or "latest")
        return Answer(200)

    def _origin(self, source: Values) -> Resource:
        if source.get("resourceId"):
            return self._resources.require(str(source["resourceId"]))
        host = str(source.get("registryUri") or "").lower()
        registry = host.removesuffix(names.REGISTRY)
        for resource in self._resources.subscription.of_kind(_REGISTRIES):
            if host.endswith(names.REGISTRY) and resource.name.lower() == registry:
                return resource
        raise NotModelledError(
            f"the sandbox reaches no registry outside: {host or 'no registryUri'} can't be imported from"
        )

    def _copy(self, origin: _Repository, target: _Repository, reference: str, tag: str) -> None:
        _, media, content = self._store.manifest(*origin, reference)
        manifest: Any = json.loads(content)
        for child in manifest.get("manifests", []):
            self._copy(origin, target, str(child["digest"]), str(child["digest"]))
        for blob in [*manifest.get("layers", []), *([manifest["config"]] if "config" in manifest else [])]:
            digest = str(blob["digest"])
            self._store.put_blob(*target, self._store.blob(*origin, digest).read_bytes(), digest)
        self._store.put_manifest(*target, tag, content, media)


def _refuse_without_exports(origin: Resource) -> None:
    policies: Values = origin.inputs.get("policies") or {}
    status = str((policies.get("exportPolicy") or {}).get("status", "enabled")).lower()
    if status == "disabled":
        raise ArmError(
            403,
            "Forbidden",
            f"Export is disabled on registry {ids.parse(origin.id).name}: its artifacts can't be imported to "
            "another registry (exportPolicy).",
        )


def _parsed(image: str) -> tuple[str, str]:
    repository, at, digest = image.partition("@")
    if at:
        return repository, digest
    repository, _, tag = image.partition(":")
    return repository, tag or "latest"
