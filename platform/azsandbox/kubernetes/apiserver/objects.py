"""One cluster's objects on its API server: what the server refuses is refused, in its own words.

Writes are those of pulumi-kubernetes 4 (provider/pkg/await/await.go, read 2026-12-01): server-side apply for
a create and an update, a replacement of the whole object for a custom resource definition. Unlike there,
an unknown field of a custom type is an error, as in kubectl.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from azsandbox.errors import ArmError, SandboxError
from azsandbox.kubernetes.apiserver import controllers, definitions
from azsandbox.kubernetes.apiserver.client import Api, ApiResponse, UnreachableError, options
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes
from azsandbox.schema.validate import Problem

Values = dict[str, Any]
T = TypeVar("T")
MANAGER = "pulumi-kubernetes"
_TYPES = "customresourcedefinitions"
_NOT_FOUND, _CONFLICT, _FORBIDDEN, _DEFECT = 404, 409, 403, 500
_UNTYPED = "failed to create typed patch object"
_NOT_YET = re.compile(r"not found|was found")  # admission: an object to which this one refers
_SERVED_TIMEOUT = 10.0  # seconds from a definition to its type


@dataclass(frozen=True)
class ClusterObjects:
    """The objects of one server; `scratch` is an empty one, for a cluster that does not exist yet."""

    planes: ControlPlanes
    instance: str
    name: str
    service_range: str
    has_type: Callable[[str, str], bool]

    # what the provider asks

    def check(self, manifest: Values, *, replaced: bool) -> list[Problem] | None:
        """The server's verdict in a dry run; None if it can't judge the object yet.

        Where the namespace does not exist yet, the object is judged in another one, without its admission.
        """

        def judge(api: Api) -> list[Problem] | None:
            if self._path(api, manifest) is None:
                return None
            again = replaced
            response = self._dry_run(api, manifest, again=again)
            if response.status == _NOT_FOUND and _is_namespace(response):
                again = True
                elsewhere = {**manifest, "metadata": {**manifest["metadata"], "namespace": "default"}}
                response = self._dry_run(api, elsewhere, again=again)
                if response.status == _FORBIDDEN:  # by the admission of the other namespace
                    return None
            self._print_warnings(manifest, response)
            if not response.refused or (again and response.status == _CONFLICT):
                return []
            if response.status >= _DEFECT and not response.message.startswith(_UNTYPED):
                raise response.refusal()
            if response.status == _NOT_FOUND or (
                response.status == _FORBIDDEN and _NOT_YET.search(response.message)
            ):
                return None
            return [Problem("", response.message, code=str(response.body.get("reason") or response.status))]

        return self._with_api(judge)

    def write(self, manifest: Values) -> Values:
        """Create or update an object; the object as it is stored.

        Raises:
            ArmError: the server refuses it.
        """

        def write(api: Api) -> Values:
            path = self._path(api, manifest)
            if path is None:
                raise _no_match(manifest)
            response = self._write(api, manifest, path)
            if response.refused:
                raise response.refusal()
            self._print_warnings(manifest, response)
            if manifest["kind"] == "Namespace" and manifest["apiVersion"] == "v1":
                controllers.fill_namespace(api, str(response.body["metadata"]["name"]))
            return {**response.body, "apiVersion": manifest["apiVersion"], "kind": manifest["kind"]}

        return self._with_api(write)

    def read(self, manifest: Values) -> Values | None:
        """The stored object; None if there is none."""

        def read(api: Api) -> Values | None:
            path = self._path(api, manifest)
            response = api.request("GET", path) if path else None
            if response is None or response.status == _NOT_FOUND:
                return None
            if response.refused:
                raise response.refusal()
            return response.body

        return self._with_api(read)

    def delete(self, manifest: Values) -> None:
        """Delete an object; one that does not exist is deleted already."""

        def delete(api: Api) -> None:
            path = self._path(api, manifest)
            if path is not None:
                controllers.delete(api, path)
            if manifest["kind"] == "CustomResourceDefinition":
                spec: Values = manifest.get("spec") or {}
                for version in spec.get("versions") or []:
                    api.forget(f"{spec.get('group')}/{version.get('name')}", str(spec["names"]["kind"]))

        self._with_api(delete)

    def is_namespaced(self, api_version: str, kind: str) -> bool | None:
        return self._with_api(lambda api: api.is_namespaced(api_version, kind))

    # requests

    def _with_api(self, call: Callable[[Api], T]) -> T:
        """Call with a client; if the server has ended in between, once more with the next one."""
        for _ in range(2):
            with self.planes.lease(self.instance, self.name, self.service_range) as api:
                try:
                    return call(api)
                except UnreachableError:
                    self.planes.forget(self.instance, api)
                except ArmError:
                    if self.planes.is_current(self.instance, api):
                        raise  # it is the server's response
        raise SandboxError(f"the Kubernetes API server of {self.name} does not respond")

    def _path(self, api: Api, manifest: Values) -> str | None:
        """The object's path; the definition of a custom type that the cluster has is installed first."""
        kind = (str(manifest["apiVersion"]), str(manifest["kind"]))
        path = api.path(_named(manifest))
        if path is None and self.has_type(*kind):
            with self.planes.installing:
                definitions.install(api, self.planes.tools().definitions, *kind)
            path = api.path(_named(manifest))
        deadline = time.monotonic() + _SERVED_TIMEOUT
        while path is None and time.monotonic() < deadline and _is_defined(api, *kind):
            time.sleep(0.1)
            path = api.path(_named(manifest))
        return path

    def _dry_run(self, api: Api, manifest: Values, *, again: bool) -> ApiResponse:
        """Of an update, or of a create; `again`: of a create, even if the object exists."""
        metadata: Values = manifest["metadata"]
        collection = api.collection(manifest) or ""
        created = f"{collection}?{options(MANAGER, dry_run=True)}"
        if "name" not in metadata:  # generateName
            return api.request("POST", created, manifest)
        path = api.path(manifest) or ""
        if again and api.request("GET", path).status != _NOT_FOUND:
            return api.request("POST", created, manifest)
        response = api.apply(manifest, path, dry_run=True, manager=MANAGER, force=_is_forced(manifest))
        if response.message.startswith(_UNTYPED):
            clearer = api.request("POST", created, manifest)
            response = (
                clearer if clearer.status not in {_CONFLICT, _NOT_FOUND} and clearer.refused else response
            )
        return response

    def _write(self, api: Api, manifest: Values, path: str) -> ApiResponse:
        if "name" not in manifest["metadata"]:
            return api.request(
                "POST", f"{path.rpartition('/')[0]}?{options(MANAGER, dry_run=False)}", manifest
            )
        if manifest["kind"] == "CustomResourceDefinition":
            stored = api.request("GET", path)
            if not stored.refused:
                version = stored.body["metadata"]["resourceVersion"]
                replaced = {**manifest, "metadata": {**manifest["metadata"], "resourceVersion": version}}
                return api.request("PUT", f"{path}?{options(MANAGER, dry_run=False)}", replaced)
        return api.apply(manifest, path, manager=MANAGER, force=_is_forced(manifest))

    def _print_warnings(self, manifest: Values, response: ApiResponse) -> None:
        name = f"{manifest['kind']} {manifest['metadata'].get('name', '')}".strip()
        for text in response.warnings:
            print(f"warning: {name}: {text}", file=sys.stderr, flush=True)  # noqa: T201 - to the session


def _named(manifest: Values) -> Values:
    return {**manifest, "metadata": {"name": "-", **manifest["metadata"]}}


def _is_forced(manifest: Values) -> bool:
    """Whether fields are taken over from another manager, as pulumi-kubernetes does with this annotation."""
    annotations: Values = manifest["metadata"].get("annotations") or {}
    return str(annotations.get("pulumi.com/patchForce")).lower() == "true"


def _is_namespace(response: ApiResponse) -> bool:
    return (response.body.get("details") or {}).get("kind") == "namespaces"


def _is_defined(api: Api, api_version: str, kind: str) -> bool:
    """Whether there is a definition of a type that is not served yet."""
    group = api_version.partition("/")[0]
    response = api.request("GET", f"/apis/apiextensions.k8s.io/v1/{_TYPES}")
    return any(
        item["spec"]["group"] == group
        and item["spec"]["names"]["kind"] == kind
        and not item["metadata"].get("deletionTimestamp")
        for item in response.body.get("items") or []
    )


def _no_match(manifest: Values) -> ArmError:
    api, kind = manifest["apiVersion"], manifest["kind"]
    return ArmError(
        _NOT_FOUND,
        "NoMatch",
        f'no matches for kind "{kind}" in version "{api}": ensure CRDs are installed first',
    )
