"""Versions of assets as a hash of their content: an unchanged asset keeps its version."""

from __future__ import annotations

import hashlib
import json
from typing import Any

LENGTH = 12  # hex digits; Azure takes 30 characters


def version_of(*content: Any) -> str:
    """The version of an asset with this content; which has to be serializable as JSON.

    It starts with a letter: Azure ML takes a version of digits only for a number that it may increment.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "h" + hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
