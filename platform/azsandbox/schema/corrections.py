"""Where the SDK's own types are known to be wrong; each with what the REST specification says instead."""

from __future__ import annotations

ENUMS: dict[tuple[str, str], tuple[str, ...]] = {
    # Two types called ConditionOperator fell together in pulumi-azure-native 3.29; this is the rule's own
    # (scheduledQueryRules, 2024-01-01-preview).
    ("monitor._inputs:ConditionArgs", "operator"): (
        "Equals",
        "GreaterThan",
        "GreaterThanOrEqual",
        "LessThan",
        "LessThanOrEqual",
    ),
}
