"""The state as Kubernetes manifests, and Helm releases as values files."""
