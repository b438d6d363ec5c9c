"""Finds the principal behind a token: the signed-in person, or a managed identity of the subscription."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from azsandbox.access import deployer
from azsandbox.access.principals import Principal
from azsandbox.arm import ids
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.services import kinds

_CLIENT_ID = "azure.workload.identity/client-id"
MANAGED_IDENTITY = "xms_mirid"  # the claim of a token that holds the identity's resource id


class Directory:
    """The principals that one session knows."""

    def __init__(
        self,
        subscription: Subscription,
        signed_in: str,
        setting: Callable[[str], deployer.Setting] = lambda _: None,
    ) -> None:
        """The directory of a session.

        Args:
            subscription: with the identities and the role assignments.
            signed_in: the client id of the session's own sign-in.
            setting: the deployer that a subscription id's stack files declare.
        """
        self.subscription = subscription
        self.signed_in = signed_in
        self._setting = setting

    def caller(self, claims: Mapping[str, Any], scope: str) -> Principal:
        """The principal of an access token's claims, which calls something in this scope."""
        if claims.get("oid") == self.signed_in:
            return self.deployer(ids.subscription_of(scope).rpartition("/")[2] or DEFAULT_SUBSCRIPTION)
        name = ids.parse(str(claims.get(MANAGED_IDENTITY) or "/x")).name
        return Principal(object_id=str(claims.get("oid")), client_id=str(claims.get("appid")), name=name)

    def deployer(self, subscription_id: str) -> Principal:
        """The signed-in person of a subscription."""
        return deployer.resolve(self._setting(subscription_id), self.subscription, subscription_id)

    def identity(self, client_id: str) -> Resource | None:
        """The user-assigned identity with this client id."""
        for resource in self.subscription.of_kind(kinds.USER_ASSIGNED_IDENTITY):
            if str(resource.outputs.get("clientId")).lower() == client_id.lower():
                return resource
        return None

    def named(self, name: str) -> Resource | None:
        """The user-assigned identity with this name or id."""
        for resource in self.subscription.of_kind(kinds.USER_ASSIGNED_IDENTITY):
            if name.lower() in {resource.name.lower(), resource.id.lower()}:
                return resource
        return None

    def federated(self) -> Iterator[tuple[Resource, Resource]]:
        """Every federated credential, with its identity."""
        for identity in self.subscription.of_kind(kinds.USER_ASSIGNED_IDENTITY):
            for item in self.credentials(identity):
                yield identity, item

    def annotated(self, namespace: str, name: str, issuer: str) -> str:
        """The client id in the annotation of a service account, from which a pod gets it; "" if unknown."""
        for cluster in self.subscription.of_kind(kinds.MANAGED_CLUSTER):
            profile: Any = cluster.outputs.get("oidcIssuerProfile") or {}
            if profile.get("issuerURL") != issuer:
                continue
            account = self.subscription.get(f"{cluster.id}/kubernetes/v1/ServiceAccount/{namespace}/{name}")
            metadata: Any = (account.inputs.get("metadata") if account else None) or {}
            return str((metadata.get("annotations") or {}).get(_CLIENT_ID) or "")
        return ""

    def credentials(self, identity: Resource) -> list[Resource]:
        """The federated credentials of an identity."""
        return [
            item
            for item in self.subscription.below(identity.id)
            if item.kind.endswith("/federatedidentitycredentials")
        ]
