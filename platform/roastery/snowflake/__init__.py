"""Snowflake's side of a stack: its settings, and the SQL that prepares the account."""
