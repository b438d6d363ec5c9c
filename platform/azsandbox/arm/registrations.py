"""Resource providers and features of a subscription: what is registered, and what is refused while it is not.

Sources: learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types and its page
of the providers that are registered by default; Azure/azure-cli#16788 (encryption at host of a machine);
answers of AKS in public issue trackers (`SubscriptionNotEnabledEncryptionAtHost`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.conditions import NONE, Conditions
from azsandbox.arm.model import Request
from azsandbox.arm.subscription import Subscription, Values
from azsandbox.errors import ArmError

REGISTERED, NOT_REGISTERED, REGISTERING = "Registered", "NotRegistered", "Registering"
ENCRYPTION_AT_HOST = "Microsoft.Compute/EncryptionAtHost"
# Azure/azure-resource-manager/management/azure-services-resource-providers: "registered by default"
BY_DEFAULT = frozenset(
    {
        "microsoft.authorization",
        "microsoft.billing",
        "microsoft.consumption",
        "microsoft.costmanagement",
        "microsoft.features",
        "microsoft.marketplaceordering",
        "microsoft.portal",
        "microsoft.resourcegraph",
        "microsoft.resources",
        "microsoft.serialconsole",
        "microsoft.support",
    }
)
ConditionsOf = Callable[[str], Conditions]
"""The conditions of a subscription by its id."""


def no_conditions(_: str) -> Conditions:
    """Everything is registered, in stock and allowed."""
    return NONE


def provider_state(
    subscription: Subscription, subscription_id: str, namespace: str, conditions: Conditions
) -> str:
    """Whether the namespace is registered in the subscription."""
    if not conditions.fresh or namespace.lower() in BY_DEFAULT:
        return REGISTERED
    return subscription.read_setting(_key("provider", subscription_id, namespace)) or NOT_REGISTERED


def feature_state(
    subscription: Subscription, subscription_id: str, feature: str, conditions: Conditions
) -> str:
    """Whether a feature such as Microsoft.Compute/EncryptionAtHost is registered in the subscription."""
    before = conditions.features or ()
    if feature.lower() in {other.lower() for other in before} or not _asks_features(conditions):
        return REGISTERED
    return subscription.read_setting(_key("feature", subscription_id, feature)) or NOT_REGISTERED


def register_provider(subscription: Subscription, subscription_id: str, namespace: str) -> None:
    """It is complete at once; a real one takes minutes."""
    subscription.write_setting(_key("provider", subscription_id, namespace), REGISTERED)


def register_feature(subscription: Subscription, subscription_id: str, feature: str) -> None:
    """It is complete at once; a real one takes about a quarter of an hour."""
    subscription.write_setting(_key("feature", subscription_id, feature), REGISTERED)


def require(request: Request, kind: str, known: ConditionsOf) -> None:
    """Refuse a PUT of a type whose provider is not registered, or with a property whose feature is not.

    Raises:
        ArmError: as ARM, Compute or AKS answers.
    """
    subscription = request.subscription
    subscription_id = ids.subscription_of(request.id).rpartition("/")[2]
    conditions = known(subscription_id)
    if not _asks_features(conditions):
        return
    namespace = kind.partition("/")[0]
    if provider_state(subscription, subscription_id, namespace, conditions) != REGISTERED:
        raise ArmError(
            409,
            "MissingSubscriptionRegistration",
            f"The subscription is not registered to use namespace '{namespace}'. "
            "See https://aka.ms/rps-not-found for how to register subscriptions.",
        )
    encrypted = _ENCRYPTED.get(kind.lower())
    if encrypted is None or not any(value is True for value in encrypted(request.inputs)):
        return
    if feature_state(subscription, subscription_id, ENCRYPTION_AT_HOST, conditions) != REGISTERED:
        raise _AKS if kind.lower().startswith("microsoft.containerservice/") else _COMPUTE


def _asks_features(conditions: Conditions) -> bool:
    """Whether a feature may be missing; where none may, no provider may either."""
    return conditions.fresh or conditions.features is not None


def _key(what: str, subscription_id: str, name: str) -> str:
    return f"{what}:{subscription_id.lower()}:{name.lower()}"


_COMPUTE = ArmError(
    400,
    "InvalidParameter",
    "The property 'securityProfile.encryptionAtHost' is not valid because the "
    "'Microsoft.Compute/EncryptionAtHost' feature is not enabled for this subscription.",
)
_AKS = ArmError(
    400, "SubscriptionNotEnabledEncryptionAtHost", "Subscription does not enable EncryptionAtHost."
)


def _of_machine(inputs: Values) -> Iterator[Any]:
    for owner in (inputs, inputs.get("virtualMachineProfile")):
        profile = owner.get("securityProfile") if isinstance(owner, dict) else None
        yield profile.get("encryptionAtHost") if isinstance(profile, dict) else None


def _of_cluster(inputs: Values) -> Iterator[Any]:
    pools = inputs.get("agentPoolProfiles")
    for pool in pools if isinstance(pools, list) else []:
        yield pool.get("enableEncryptionAtHost") if isinstance(pool, dict) else None


def _of_pool(inputs: Values) -> Iterator[Any]:
    yield inputs.get("enableEncryptionAtHost")


_ENCRYPTED: Mapping[str, Callable[[Values], Iterator[Any]]] = {
    "microsoft.compute/virtualmachines": _of_machine,
    "microsoft.compute/virtualmachinescalesets": _of_machine,
    "microsoft.containerservice/managedclusters": _of_cluster,
    "microsoft.containerservice/managedclusters/agentpools": _of_pool,
}
"""Where a type says that its disks are encrypted on the host."""
