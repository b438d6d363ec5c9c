"""Workflow templates, authored with Hera, for any customer and any model."""
