"""The API server's check of every request: the caller's role assignments allow its action, or it is 403."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from azsandbox.access import decisions, operations
from azsandbox.access.decisions import Need
from azsandbox.access.directory import Directory
from azsandbox.access.principals import Principal
from azsandbox.arm_api import names
from azsandbox.arm_api.wire import Answer, Call
from azsandbox.errors import ArmError
from azsandbox.services import kinds

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_WRITES = frozenset({"PUT", "PATCH"})


class Access:
    """What the callers of one session may do."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._subscription = directory.subscription

    def require(self, claims: Mapping[str, Any], call: Call) -> None:
        """Refuse a request to Azure Resource Manager, or to Azure ML's own services.

        Raises:
            ArmError: 403 AuthorizationFailed or LinkedAuthorizationFailed.
        """
        needs = list(operations.needs(call.method, call.path))
        if not needs:
            return
        caller = self._directory.caller(claims, needs[0].scope)
        decisions.require(self._subscription, caller, needs)
        if call.method in _WRITES and call.body:
            decisions.require_linked(self._subscription, caller, needs[0], call.json())

    def filtered(self, claims: Mapping[str, Any], call: Call, answer: Answer) -> Answer:
        """A list of all resources or groups, without those that the caller may not read."""
        if not operations.matches(operations.FILTERED, call.method, call.path):
            return answer
        caller = self._directory.caller(claims, call.path)
        shown = [
            item
            for item in answer.body["value"]
            if decisions.allows(self._subscription, caller, operations.of_resource(item["id"], "read"))
        ]
        return replace(answer, body={**answer.body, "value": shown})

    def require_blob(self, claims: Mapping[str, Any], call: Call) -> None:
        """Refuse a request to blob storage.

        Raises:
            ArmError: 403 AuthorizationPermissionMismatch.
        """
        container, _, blob = unquote(call.path).strip("/").partition("/")
        verb = {"DELETE": "delete", "PUT": "write"}.get(call.method, "read")
        need = self.blob_need(call.host.removesuffix(names.BLOB), container, verb if blob else "read")
        if need is not None:
            caller = self._directory.caller(claims, need.scope)
            decisions.require_data(self._subscription, caller, need)

    def require_vault(self, claims: Mapping[str, Any], need: Need) -> None:
        """Refuse a request to a vault's data plane.

        learn.microsoft.com/azure/key-vault/general/rest-error-codes, 403 ForbiddenByRbac.

        Raises:
            ArmError: 403 Forbidden, with caller, action and resource.
        """
        caller = self._directory.caller(claims, need.scope)
        if decisions.allows(self._subscription, caller, need):
            return
        raise ArmError(
            403,
            "Forbidden",
            "Caller is not authorized to perform action on resource. If role assignments, deny assignments "
            "or role definitions were changed recently, please observe propagation time. "
            f"Caller: appid={caller.client_id};oid={caller.object_id} Action: '{need.action}' "
            f"Resource: '{need.scope}' Assignment: (not found) (ForbiddenByRbac)",
        )

    def require_registry(self, claims: Mapping[str, Any], action: str, registry: str) -> None:
        """Refuse a pull from or a push to a registry.

        Raises:
            ArmError: 403 DENIED, as the distribution API words it.
        """
        need = Need(action=f"Microsoft.ContainerRegistry/registries/{action}", scope=registry)
        caller = self._directory.caller(claims, registry)
        if not decisions.allows(self._subscription, caller, need):
            raise ArmError(403, "DENIED", "requested access to the resource is denied")

    def blob_need(self, account: str, container: str, verb: str) -> Need | None:
        """The data action on the blobs of a container; None if the sandbox has no such account."""
        for resource in self._subscription.of_kind(kinds.STORAGE_ACCOUNT):
            if resource.name == account:
                scope = f"{resource.id}/blobServices/default/containers/{container}"
                return Need(action=f"{_BLOBS}/{verb}", scope=scope, data=True)
        return None

    def require_identity(self, principal: Principal, needs: list[Need]) -> None:
        """Refuse what a job or a deployment needs, by the roles of its identity.

        Raises:
            ArmError: 403 AuthorizationFailed, or AuthorizationPermissionMismatch for data.
        """
        for need in needs:
            if need.data:
                decisions.require_data(self._subscription, principal, need)
            else:
                decisions.require(self._subscription, principal, [need])
