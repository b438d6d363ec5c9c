"""What the good resources share. `@name` stands for that resource's id, `!secret` for a secret."""

from __future__ import annotations

from typing import Any

SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
ROLES = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
BLOB_CONTRIBUTOR = f"{ROLES}/ba92f5b4-2d11-453d-a403-e96b0029c9fe"
TENANT = "22222222-2222-4222-8222-222222222222"
TAGS = {
    "workload": "beans",
    "environment": "prod",
    "owner": "roasters",
    "cost-centre": "cc-1",
    "managed-by": "pulumi",
}
DIGEST = "sha256:" + "0" * 64
GROUP = {"resourceGroupName": "rg-beans"}
PLACED: dict[str, Any] = {**GROUP, "location": "eastus2", "tags": TAGS}
SSH = {
    "disablePasswordAuthentication": True,
    "ssh": {
        "publicKeys": [{"path": "/home/roaster/.ssh/authorized_keys", "keyData": "ssh-rsa " + "A" * 200}]
    },
}
WORK: dict[str, Any] = {**GROUP, "workspaceName": "mlw-beans"}
