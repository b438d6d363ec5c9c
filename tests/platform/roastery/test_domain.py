"""Types of settings: a wrong value is refused with the value and what is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from roastery import domain


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (domain.Region, "East US 2"),
        (domain.Cidr, "10.40.0.0/20"),
        (domain.ImageRef, "cr.example/ml@sha256:" + "0" * 64),
        (domain.MonthStart, "2026-12-01"),
        (domain.Recurring, "0 6 2 * *"),
        (domain.TimeZone, "America/New_York"),
        (domain.SemanticVersion, "1.0.18"),
    ],
)
def test_a_right_value_is_accepted(type_: Any, value: str) -> None:
    TypeAdapter(type_).validate_python(value)


@pytest.mark.parametrize(
    ("type_", "value", "words"),
    [
        (domain.Region, "eastus9", "unknown region 'eastus9'"),
        (domain.Cidr, "10.40.0.1/20", "is not an IPv4 range such as"),
        (domain.Cidr, "172.16.0.0/12", "overlaps 172.17.0.0/16, the bridge of Docker"),
        (domain.ImageRef, "cr.example/ml:latest", "is not pinned"),
        (domain.MonthStart, "2026-12-02", "not the first of a month"),
        (domain.Recurring, "0 6 2 1 *", "names months"),
        (domain.Cron, "daily", "has 1 fields"),
        (domain.TimeZone, "America/New York", "did you mean America/New_York"),
        (domain.SemanticVersion, "latest", "should match pattern"),
        (domain.Guid, "me", "should match pattern"),
    ],
)
def test_a_wrong_value_is_refused(type_: Any, value: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TypeAdapter(type_).validate_python(value)


def test_unknown_keys_are_refused_and_settings_are_frozen() -> None:
    class Size(domain.StrictSettings):
        nodes: int

    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Size.model_validate({"nodes": 1, "node": 1})
    with pytest.raises(ValidationError, match="frozen"):
        Size(nodes=1).nodes = 2  # pyright: ignore[reportAttributeAccessIssue]
