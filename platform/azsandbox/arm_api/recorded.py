"""How services answered a PUT, where the published API lets them answer in more than one way.

Recorded by azure-service-operator (v2/internal/controllers/recordings, read on 2026-12-01): what is new is
answered with the last of the statuses, what exists with 200.
"""

from __future__ import annotations

from collections.abc import Mapping

from azsandbox.arm_api.published.table import Operation

_AT_ONCE = Operation((200,), long=False)
_ACCEPTED = Operation((200, 202), long=True)

PUTS: Mapping[str, Operation] = {
    "microsoft.containerregistry/registries": _AT_ONCE,
    "microsoft.eventhub/namespaces": _AT_ONCE,
    "microsoft.insights/datacollectionendpoints": _AT_ONCE,
    "microsoft.insights/datacollectionrules": _AT_ONCE,
    "microsoft.keyvault/vaults": _AT_ONCE,
    "microsoft.network/privatednszones": _ACCEPTED,
    "microsoft.network/privatednszones/virtualnetworklinks": _ACCEPTED,
    "microsoft.operationalinsights/workspaces": Operation((200, 201), long=False),
}
