"""Types of the SDK that are known to be wrong, with what the REST specification says instead."""

from __future__ import annotations

ENUMS: dict[tuple[str, str], tuple[str, ...]] = {
    # pulumi-azure-native 3.29 confuses two types called ConditionOperator; these are the values of
    # scheduledQueryRules, 2024-01-01-preview.
    ("monitor._inputs:ConditionArgs", "operator"): (
        "Equals",
        "GreaterThan",
        "GreaterThanOrEqual",
        "LessThan",
        "LessThanOrEqual",
    ),
}

# Patterns of path parameters that refuse names which Azure takes: (module, input).
PATTERNS: frozenset[tuple[str, str]] = frozenset(
    {
        # 8 to 52 characters, although the same client and resource-name-rules say 6 to 50 (2026-12-01).
        ("eventhub", "namespaceName"),
    }
)
