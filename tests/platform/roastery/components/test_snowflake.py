"""The connection's target is the one that Azure ML documents, whatever the names hold."""

from __future__ import annotations

from roastery.components.snowflake import target


def test_the_role_is_part_of_the_target_with_a_password() -> None:
    assert target("acme-sales", "SALES", "WH", "READER", oauth=False) == (
        "jdbc:snowflake://acme-sales.snowflakecomputing.com/?db=SALES&warehouse=WH&role=READER"
    )


def test_with_oauth_the_role_is_the_scope() -> None:
    assert target("acme", "SALES", "WH", "READER", oauth=True).endswith("&scope=session:role:READER")


def test_what_a_url_would_read_as_its_own_is_encoded() -> None:
    assert "?db=S%26L&warehouse=W%20H%3D1&role=R%2F%C3%9F" in target("a", "S&L", "W H=1", "R/ß", oauth=False)
