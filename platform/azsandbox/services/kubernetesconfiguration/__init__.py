"""Cluster extensions (Arc and AKS) and Flux configurations."""
