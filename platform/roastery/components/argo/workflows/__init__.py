"""Workflow templates, authored with Hera; they know neither a customer nor a model."""
