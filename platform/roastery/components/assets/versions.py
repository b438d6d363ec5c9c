"""Versions by content: what has not changed keeps its version, and with it its place in Azure ML."""

from __future__ import annotations

import hashlib
import json
from typing import Any

LENGTH = 12  # hex digits; Azure takes 30 characters


def version_of(*content: Any) -> str:
    """The version of an asset with this content; anything that JSON can say.

    It starts with a letter: Azure ML takes a version of digits for a number that it may count up.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "h" + hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
