"""What Azure refuses about cluster extensions and Flux configurations, one module each."""

from __future__ import annotations

from azsandbox.services.kubernetesconfiguration.rules.extensions import (
    AZURE_ML_EXTENSION,
    AZURE_ML_SETTINGS,
    extension_type,
)

__all__ = ["AZURE_ML_EXTENSION", "AZURE_ML_SETTINGS", "extension_type"]
