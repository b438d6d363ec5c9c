"""Argo Workflows and Argo Events."""
