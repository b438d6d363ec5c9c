"""Roles, locks, policy assignments: extension resources on any scope."""
