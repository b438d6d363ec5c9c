"""What Azure ML refuses about connections to Snowflake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_TARGET = re.compile(r"jdbc:snowflake://[\w.-]+\.snowflakecomputing\.(com|cn)/?\?(?P<query>.*)")
_AUTH_TYPES = frozenset({"UsernamePassword", "ServicePrincipal"})


def _snowflake_properties(inputs: Values) -> Values:
    properties = inputs.get("properties")
    return properties if isinstance(properties, dict) and properties.get("category") == "Snowflake" else {}


def auth_type_supported_by_snowflake(inputs: Values) -> Iterator[Problem]:
    auth_type = _snowflake_properties(inputs).get("authType")
    if isinstance(auth_type, str) and auth_type not in _AUTH_TYPES:
        yield Problem(
            "properties.authType",
            f"{auth_type!r} does not go with Snowflake: use one of {', '.join(sorted(_AUTH_TYPES))}",
        )


def target_is_a_snowflake_address(inputs: Values) -> Iterator[Problem]:
    properties = _snowflake_properties(inputs)
    target = properties.get("target")
    if not isinstance(target, str):
        return
    match = _TARGET.fullmatch(target)
    if not match:
        yield Problem(
            "properties.target",
            f"{target!r} is not jdbc:snowflake://<account>.snowflakecomputing.com/?db=…&warehouse=…",
        )
        return
    query = parse_qs(match["query"])
    for name in ("db", "warehouse"):
        if name not in query:
            yield Problem("properties.target", f"lacks {name}=")
    if properties.get("authType") == "ServicePrincipal" and "role" in query and "scope" not in query:
        yield Problem(
            "properties.target", "has role=, but with OAuth the role goes into scope=", warning=True
        )
