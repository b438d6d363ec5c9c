"""Logs, metrics, and who is paged."""
