"""What AKS refuses, one module per part of a cluster."""
