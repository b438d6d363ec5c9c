"""Who the provider is signed in as: made up, but the same on every call."""

from __future__ import annotations

from azsandbox.arm import identities
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Subscription


def client_config(_: Subscription, arguments: Values, scope: str) -> Values:
    return {
        "clientId": identities.made_up("client", scope),
        "objectId": identities.made_up("principal", scope),
        "subscriptionId": arguments["subscriptionId"],
        "tenantId": arguments["tenantId"],
    }


def client_token(subscription: Subscription, arguments: Values, scope: str) -> Values:
    return {
        "token": f"sandbox.{subscription.redactor.derive(scope + str(arguments.get('endpoint')), 24).hex()}"
    }
