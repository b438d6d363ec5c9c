"""The provider kubernetes, signed in as the deployer of each stack.

On a cluster with Azure RBAC the API server asks Azure for every request of an Entra account: Owner and
Contributor get a kubeconfig, but no object (learn.microsoft.com/azure/aks/manage-azure-rbac). The action is
that of Azure's own authorizer (github.com/kubeguard/guard, authz/providers/azure/rbac): the cluster's type,
the API group, the resource, and read, write or delete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from azsandbox.access import deployer
from azsandbox.access.decisions import Need, allows
from azsandbox.access.principals import Principal
from azsandbox.arm import ids
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.kubernetes import addresses, served
from azsandbox.kubernetes.cluster import namespaced
from azsandbox.kubernetes.provider import RELEASE, Kubernetes
from azsandbox.pulumi.provider.backend import State, Subject, Values
from azsandbox.schema.values import UNKNOWN, reveal

_CLUSTERS = "Microsoft.ContainerService/managedClusters"
_ACTIONS = {"create": "write", "patch": "write", "delete": "delete", "get": "read"}
# Plurals that do not just end in s or es; the API's own names.
_PLURALS = {"NetworkPolicy": "networkpolicies", "Endpoints": "endpoints", "PriorityClass": "priorityclasses"}
_NO_ACCESS = "User does not have access to the resource in Azure. Update role assignment to allow access."


class SignedInKubernetes(Kubernetes):
    """Refuses what the deployer's roles do not allow; a preview asks the API server too."""

    def __init__(
        self,
        subscription: Subscription,
        served_clusters: served.ServedClusters | None = None,
        deployers: Callable[[str], deployer.Setting] = lambda _: None,
    ) -> None:
        super().__init__(subscription, served_clusters)
        self._deployers = deployers

    def create(self, subject: Subject, inputs: Values) -> State:
        self._require(subject, inputs, "create")
        return super().create(subject, inputs)

    def update(self, subject: Subject, old: Values, new: Values, outputs: Values) -> Values:
        self._require(subject, new, "patch")
        return super().update(subject, old, new, outputs)

    def read(self, subject: Subject, inputs: Values, outputs: Values) -> State:
        self._require(subject, inputs, "get")
        return super().read(subject, inputs, outputs)

    def delete(self, subject: Subject, inputs: Values) -> None:
        self._require(subject, inputs, "delete")
        super().delete(subject, inputs)

    def _require(self, subject: Subject, inputs: Values, verb: str) -> None:
        aks = self.cluster.aks
        if aks is None or not self.known or not asks_azure(aks.inputs, self.config.get("kubeconfig")):
            return
        subscription_id = ids.subscription_of(aks.id).rpartition("/")[2]
        setting = self._deployers(subject.stack)
        who = deployer.resolve(setting, self.subscription, subscription_id)
        if subject.token == RELEASE:  # Helm records a release in a secret of its namespace
            plain: Values = reveal(inputs)
            target = ("v1", "Secret", str(plain.get("namespace") or self.namespace))
        else:
            api, kind, namespace, _ = addresses.address(reveal(inputs), subject)
            target = (api, kind, namespace)
        require(self.subscription, who, aks.id, verb, target)


def asks_azure(cluster: Mapping[str, Any], kubeconfig: Any) -> bool:
    """Whether the cluster asks Azure about the user of this kubeconfig: an Entra account, not a local one."""
    profile: Any = cluster.get("aadProfile")
    if not isinstance(profile, dict) or not profile.get("enableAzureRBAC") or kubeconfig is UNKNOWN:
        return False
    text = str(kubeconfig or "")
    if "\n" not in text and not text.lstrip().startswith("{") and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8")
    content: Any = yaml.safe_load(text)
    users: Any = content.get("users") if isinstance(content, dict) else None
    credentials = [user.get("user") or {} for user in users or [] if isinstance(user, dict)]
    return any("exec" in item or "auth-provider" in item for item in credentials)


def require(
    subscription: Subscription, who: Principal, cluster: str, verb: str, target: tuple[str, str, str]
) -> None:
    """Refuse what the API server of a cluster with Azure RBAC refuses.

    Args:
        subscription: with the role assignments.
        who: the caller.
        cluster: the cluster's id.
        verb: `create`, `patch`, `get` or `delete`.
        target: apiVersion, kind and namespace of the object; the namespace is empty for a cluster's object.

    Raises:
        ArmError: 403 Forbidden, as the API server words it.
    """
    api, kind, namespace = target
    group, resource = (api.rpartition("/")[0], plural(kind))
    space = namespace if namespaced(kind) else ""
    scope = f"{cluster}/namespaces/{space}" if space else cluster
    action = "/".join(part for part in (_CLUSTERS, group, resource, _ACTIONS[verb]) if part)
    if not allows(subscription, who, Need(action=action, scope=scope, data=True)):
        where = f'in the namespace "{space}"' if space else "at the cluster scope"
        raise ArmError(
            403,
            "Forbidden",
            f'{resource} is forbidden: User "{who.object_id}" cannot {verb} resource "{resource}" in API '
            f'group "{group}" {where}: {_NO_ACCESS}',
        )


def plural(kind: str) -> str:
    """The resource of a kind, such as `ingresses`."""
    if kind in _PLURALS:
        return _PLURALS[kind]
    name = kind.lower()
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"
