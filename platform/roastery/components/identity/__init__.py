"""Identities, their roles, and the workloads that may act as them."""
