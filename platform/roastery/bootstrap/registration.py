"""Resource providers and features of a subscription, registered once; azure-native registers none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from roastery.bootstrap.arm import ManagementClient, wait
from roastery.bootstrap.errors import BootstrapError

# Versions: learn.microsoft.com/rest/api/resources/providers and …/features.
PROVIDERS_VERSION = "2021-04-01"
FEATURES_VERSION = "2021-07-01"
_REGISTERED = "registered"
_PROVIDER_SECONDS, _FEATURE_SECONDS, _POLL = 900, 1800, 10


def unregistered(arm: ManagementClient, subscription: str, namespaces: tuple[str, ...]) -> list[str]:
    """The namespaces that are not registered."""
    return [name for name in namespaces if _provider_state(arm, subscription, name) != _REGISTERED]


def missing_features(arm: ManagementClient, subscription: str, features: tuple[str, ...]) -> list[str]:
    """The features that are not registered."""
    return [name for name in features if _feature_state(arm, subscription, name) != _REGISTERED]


def register(
    arm: ManagementClient,
    subscription: str,
    namespaces: tuple[str, ...],
    features: tuple[str, ...],
    progress: Callable[[str], None],
    *,
    every: float = _POLL,
) -> int:
    """Registers what is missing, and waits until Azure reports all of it as registered.

    Args:
        arm: signed in as someone who may register: Contributor or Owner of the subscription.
        subscription: its id.
        namespaces: of resource providers.
        features: `<namespace>/<feature>`.
        progress: takes each line of progress.
        every: seconds between two questions.

    Returns:
        How many were missing.

    Raises:
        BootstrapError: Azure refuses, or takes longer than usual.
    """
    namespaces_left = unregistered(arm, subscription, namespaces)
    features_left = missing_features(arm, subscription, features)
    for name in namespaces_left:
        arm.send("POST", f"{_providers(subscription)}/{name}/register", PROVIDERS_VERSION)
    for feature in features_left:
        arm.send("POST", f"{_feature(subscription, feature)}/register", FEATURES_VERSION)
    if namespaces_left:
        progress(f"registering {len(namespaces_left)} resource providers: a few minutes")
        wait(
            lambda: not unregistered(arm, subscription, tuple(namespaces_left)),
            what=f"{', '.join(namespaces_left)} did not become registered",
            seconds=_PROVIDER_SECONDS,
            every=every,
        )
    if features_left:
        progress(f"registering {', '.join(features_left)}: up to 15 minutes")
        wait(
            lambda: not missing_features(arm, subscription, tuple(features_left)),
            what=f"{', '.join(features_left)} did not become registered",
            seconds=_FEATURE_SECONDS,
            every=every,
        )
        # A feature takes effect when its provider is registered once more: az feature register says so.
        for namespace in sorted({feature.partition("/")[0] for feature in features_left}):
            arm.send("POST", f"{_providers(subscription)}/{namespace}/register", PROVIDERS_VERSION)
    return len(namespaces_left) + len(features_left)


def _provider_state(arm: ManagementClient, subscription: str, namespace: str) -> str:
    reply = arm.send("GET", f"{_providers(subscription)}/{namespace}", PROVIDERS_VERSION)
    if "registrationState" not in reply.body:
        raise BootstrapError(f"Azure knows no resource provider {namespace}")
    return str(reply.body["registrationState"]).lower()


def _feature_state(arm: ManagementClient, subscription: str, feature: str) -> str:
    reply = arm.send("GET", _feature(subscription, feature), FEATURES_VERSION)
    properties: Any = reply.body.get("properties") or {}
    return str(properties.get("state", "")).lower()


def _providers(subscription: str) -> str:
    return f"/subscriptions/{subscription}/providers"


def _feature(subscription: str, feature: str) -> str:
    namespace, _, name = feature.partition("/")
    return f"{_providers(subscription)}/Microsoft.Features/providers/{namespace}/features/{name}"
