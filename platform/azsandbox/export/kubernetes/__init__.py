"""The state as Kubernetes manifests and as values files for Helm releases."""
