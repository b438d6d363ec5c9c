"""AKS: clusters, node pools, maintenance windows, trusted access."""
