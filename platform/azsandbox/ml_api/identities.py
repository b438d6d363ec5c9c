"""The managed identities that jobs and deployments run as, and what their roles have to allow.

A job on an attached cluster runs as the identity of the compute, a deployment as that of its endpoint. It
reads and writes the data, and it or the kubelet's identity pulls the image
(learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azsandbox.access import decisions, deployer
from azsandbox.access.decisions import Need
from azsandbox.access.principals import Principal
from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import variables
from azsandbox.arm_api.access import Access
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.sign_in import SignIn
from azsandbox.arm_api.wire import Values
from azsandbox.ml_api.workspaces import workspace_of
from azsandbox.services import kinds
from azsandbox.storage_api.addresses import Addresses
from azsandbox.storage_api.folders import Folders

_PULL = "Microsoft.ContainerRegistry/registries/pull/read"


@dataclass(frozen=True, kw_only=True)
class WorkIdentity:
    """What a job or a deployment runs as; without an identity it has none to sign in with."""

    identities: tuple[Resource, ...] = ()
    kubelet: Resource | None = None

    @property
    def principal(self) -> Principal | None:
        return deployer.of_identity(self.identities[0]) if self.identities else None


class Identities:
    """Finds identities, gives them to processes, and checks their roles."""

    def __init__(
        self, resources: Resources, folders: Folders, sign_in: SignIn, access: Access, *, base: str
    ) -> None:
        """Their finder.

        Args:
            resources: with computes, endpoints, clusters and registries.
            folders: of the containers, to know what a path is part of.
            sign_in: issues the tokens.
            access: checks the roles.
            base: the API server's address.
        """
        self._base = base
        self._resources = resources
        self._folders = folders
        self._sign_in = sign_in
        self._access = access

    def of_compute(self, workspace: str, name: str) -> WorkIdentity:
        """The identity of the jobs on a compute, named by id or by name."""
        identifier = name.removeprefix("azureml:")
        if not ids.looks_like_id(identifier):
            identifier = f"{workspace}/computes/{identifier}"
        compute = self._resources.subscription.get(identifier) if name else None
        if compute is None:
            return WorkIdentity()
        return WorkIdentity(identities=self._assigned(compute), kubelet=self._kubelet(compute))

    def of_deployment(self, deployment: Resource) -> WorkIdentity:
        """The identity of a deployment: that of its endpoint."""
        endpoint = self._resources.subscription.get(ids.parent_of(deployment.id) or "")
        if endpoint is None:
            return WorkIdentity()
        identifier = (endpoint.inputs.get("properties") or {}).get("compute")
        compute = self._resources.subscription.get(str(identifier or "")) if identifier else None
        kubelet = self._kubelet(compute) if compute else None
        return WorkIdentity(identities=self._assigned(endpoint), kubelet=kubelet)

    def _assigned(self, resource: Resource) -> tuple[Resource, ...]:
        identity: Any = resource.inputs.get("identity")
        assigned: Any = (identity.get("userAssignedIdentities") if isinstance(identity, dict) else None) or ()
        resources = (self._resources.subscription.get(str(item)) for item in assigned)
        return tuple(item for item in resources if item is not None)

    def _kubelet(self, compute: Resource) -> Resource | None:
        """The identity with which the nodes of an attached cluster pull images."""
        subscription = self._resources.subscription
        cluster_id = (compute.inputs.get("properties") or {}).get("resourceId")
        cluster = subscription.get(str(cluster_id)) if cluster_id else None
        profiles: Any = (cluster.inputs.get("identityProfile") if cluster else None) or {}
        kubelet: Any = profiles.get("kubeletidentity") or {}
        return subscription.get(str(kubelet["resourceId"])) if kubelet.get("resourceId") else None

    def variables(self, work: WorkIdentity) -> Mapping[str, str]:
        """What azure-identity needs to sign in as the identity, as in a job of Azure ML."""
        if not work.identities:
            return {}
        secret = self._sign_in.machine([item.id for item in work.identities])
        return variables.for_managed_identity(self._base, secret)

    def require_data(self, work: WorkIdentity, paths: Iterable[Path], verb: str) -> None:
        """Refuse a job or deployment whose identity may not `read` or `write` these files of containers.

        Raises:
            ArmError: 403 AuthorizationPermissionMismatch.
        """
        principal = work.principal
        if principal is not None:
            self._access.require_identity(principal, [*self._data(paths, verb)])

    def _data(self, paths: Iterable[Path], verb: str) -> Iterator[Need]:
        root = self._folders.root.resolve()
        containers = {
            path.relative_to(root).parts[:2]
            for path in (path.resolve() for path in paths)
            if path.is_relative_to(root)
        }
        for account, container in sorted(containers):
            need = self._access.blob_need(account, container, verb)
            if need is not None:
                yield need

    def require_deployment(self, deployment: Resource) -> None:
        """Refuse a deployment whose identity may not pull its image or read its model.

        Raises:
            ArmError: 403.
        """
        work, workspace = self.of_deployment(deployment), workspace_of(deployment.id) or ""
        properties: Values = deployment.inputs.get("properties") or {}
        self.require_image(work, workspace, str(properties.get("environmentId") or ""))
        if properties.get("model"):
            addresses = Addresses(self._resources, self._folders, workspace)
            self.require_data(work, [addresses.local(str(properties["model"]))], "read")

    def require_image(self, work: WorkIdentity, workspace: str, environment: str) -> None:
        """Refuse an image of a registry of the subscription that no identity of the work may pull.

        Raises:
            ArmError: 403 AuthorizationFailed.
        """
        registry = self._registry(workspace, environment)
        pullers = [
            *([work.principal] if work.principal else []),
            *([deployer.of_identity(work.kubelet)] if work.kubelet else []),
        ]
        if registry is None or not pullers:
            return
        need = Need(action=_PULL, scope=registry.id)
        if not any(decisions.allows(self._resources.subscription, item, need) for item in pullers):
            self._access.require_identity(pullers[0], [need])

    def _registry(self, workspace: str, environment: str) -> Resource | None:
        """The registry of an environment's image, if it is in the subscription."""
        identifier = environment.removeprefix("azureml:")
        if identifier and not ids.looks_like_id(identifier):
            name, _, version = identifier.partition(":")
            identifier = f"{workspace}/environments/{name}/versions/{version}"
        version_resource = self._resources.subscription.get(identifier) if identifier else None
        properties: Values = (version_resource.inputs.get("properties") or {}) if version_resource else {}
        host = str(properties.get("image") or "").partition("/")[0].lower()
        for registry in self._resources.subscription.of_kind(kinds.CONTAINER_REGISTRY):
            if host == f"{registry.name.lower()}.azurecr.io":
                return registry
        return None
