"""The JSON form of a type of the SDK (`props`, `required`, `ref`, `enum`, …), as `introspect` writes it."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]
