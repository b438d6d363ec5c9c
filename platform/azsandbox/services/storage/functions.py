"""The keys of a storage account: derived on every call, never stored."""

from __future__ import annotations

import base64

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.services import kinds
from azsandbox.services.lookup import resource_in_group


def account_keys(subscription: Subscription, arguments: Values, scope: str) -> Values:
    path = f"{kinds.STORAGE_ACCOUNT}/{arguments['accountName']}"
    account = resource_in_group(subscription, arguments, scope, path)
    if account.inputs.get("allowSharedKeyAccess") is False:
        raise ArmError(
            403,
            "KeyBasedAuthenticationNotPermitted",
            f"Key based authentication is not permitted on '{account.id}'.",
        )
    derive = subscription.redactor.derive
    return {
        "keys": [
            {
                "keyName": f"key{number}",
                "permissions": "FULL",
                "value": base64.b64encode(derive(f"{ids.key(account.id)}:{number}", 64)).decode(),
                "creationTime": "2026-01-01T00:00:00Z",
            }
            for number in (1, 2)
        ]
    }
