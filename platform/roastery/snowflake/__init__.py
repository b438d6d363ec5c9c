"""Snowflake, as Azure ML sees it."""
