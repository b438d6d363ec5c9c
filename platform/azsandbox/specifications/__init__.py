"""Reads what Azure publishes about its resource types into the table of constraints."""
