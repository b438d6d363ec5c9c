"""AKS, the Azure ML extension, and the cluster as compute."""
