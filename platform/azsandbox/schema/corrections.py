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
