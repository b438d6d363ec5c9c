"""What all manifests of workflows and triggers share."""

from __future__ import annotations

from typing import Any

Manifest = dict[str, Any]

LABELS = {"app.kubernetes.io/part-of": "roastery", "app.kubernetes.io/managed-by": "pulumi"}
