"""Argo's server: its page, its account, and the identity by which it reads archived logs.

The server fetches artefacts itself, not by the browser of the person who asks, so its own account needs an
identity that may read the container: github.com/argoproj/argo-workflows, pull request 13425, issue 14831.
Values: argo-helm, chart argo-workflows 1.0.18, `server`.

Open upstream with this way of signing in: logs that the page shows as empty (issue 15271), and artefacts that
it answers with 500 (14831, 15843). docs/runbook.md says how to read them meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SERVER_ACCOUNT = "sa-argo-server"
SYSTEM_NAMESPACE = "argo"


def server_values(
    image_registry: str, security: Mapping[str, Any], resources: Mapping[str, Any]
) -> dict[str, Any]:
    """The chart's values for the server.

    Args:
        image_registry: registry of the image.
        security: security context of its container.
        resources: requests and limits.
    """
    return {
        "image": {"registry": image_registry},
        "authModes": ["client"],
        "secure": True,
        "serviceType": "ClusterIP",
        "securityContext": dict(security),
        "resources": dict(resources),
        # Declared beside the chart, so that its identity stands in the state as that of every other account.
        "serviceAccount": {"create": False, "name": SERVER_ACCOUNT},
        # Of the pod: an annotated account alone gets no token.
        "podLabels": {"azure.workload.identity/use": "true"},
    }
