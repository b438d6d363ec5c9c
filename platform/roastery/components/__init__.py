"""Reusable Pulumi components; each takes frozen arguments and exposes typed outputs."""
