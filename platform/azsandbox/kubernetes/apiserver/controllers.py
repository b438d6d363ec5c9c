"""What the controllers of a cluster do at once, where a program notices it: none of them runs here.

Sources (read 2026-12-01): kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin (a service
account `default` in every namespace), …/concepts/overview/working-with-objects/namespaces and finalizers
(a namespace is deleted with its objects), …/concepts/storage/persistent-volumes (protection finalizers).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from azsandbox.kubernetes.apiserver.client import MERGE, Api, base

Values = dict[str, Any]
INITIAL = ("default", "kube-system", "kube-public", "kube-node-lease")
_MANAGER = "kube-controller-manager"
_NOT_FOUND = 404
_OWN_FINALIZER_TIMEOUT = 10.0  # seconds: the server itself removes the objects of a deleted definition


def prepare(api: Api) -> None:
    """What every cluster has once it runs."""
    for namespace in INITIAL:
        fill_namespace(api, namespace)


def fill_namespace(api: Api, namespace: str) -> None:
    """The service account `default`, which the admission of every pod requires."""
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": namespace},
    }
    api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts?fieldManager={_MANAGER}", account)


def delete(api: Api, path: str) -> None:
    """Delete one object and wait until it is removed; finalizers that a controller removes are removed.

    Raises:
        ArmError: the server refuses.
    """
    response = api.request("DELETE", path, {"propagationPolicy": "Background"})
    if response.refused and response.status != _NOT_FOUND:
        raise response.refusal()
    if path.startswith("/api/v1/namespaces/") and path.count("/") == len(("", "api", "v1", "namespaces")):
        _delete_namespace(api, path)
    elif "/customresourcedefinitions/" in path:
        deadline = time.monotonic() + _OWN_FINALIZER_TIMEOUT
        while api.request("GET", path).status != _NOT_FOUND and time.monotonic() < deadline:
            time.sleep(0.1)
    else:
        _remove_finalizers(api, path)


def _delete_namespace(api: Api, path: str) -> None:
    """The namespace controller: delete every object in it, then let it go."""
    namespace = path.rpartition("/")[2]
    for plural in _namespaced(api):
        collection = plural.format(namespace=namespace)
        api.request("DELETE", collection, {"propagationPolicy": "Background"})
        for remaining in api.request("GET", collection).body.get("items") or []:
            _remove_finalizers(api, f"{collection}/{remaining['metadata']['name']}")
    current = api.request("GET", path)
    if current.status != _NOT_FOUND:
        api.request("PUT", f"{path}/finalize", {**current.body, "spec": {"finalizers": []}})


def _namespaced(api: Api) -> Iterator[str]:
    """The path of every type whose objects are in namespaces, with a field for the namespace."""
    groups = api.request("GET", "/apis").body.get("groups") or []
    versions = [str(version["groupVersion"]) for group in groups for version in group["versions"]]
    for version in ("v1", *versions):
        for resource in api.request("GET", base(version)).body.get("resources") or []:
            if resource["namespaced"] and "deletecollection" in resource["verbs"]:
                yield f"{base(version)}/namespaces/{{namespace}}/{resource['name']}"


def _remove_finalizers(api: Api, path: str) -> None:
    current = api.request("GET", path)
    if current.status != _NOT_FOUND and current.body.get("metadata", {}).get("finalizers"):
        api.request("PATCH", path, {"metadata": {"finalizers": None}}, content=MERGE)
