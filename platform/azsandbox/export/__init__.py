"""Exports a stack's state to formats that other tools read: an ARM template, or Kubernetes manifests.

Scanners and reviewers read neither Pulumi's state nor the sandbox's model, but the formats of Azure and
Kubernetes. The export does not guess: an input without a known property in the target format is an error.
Secrets are replaced by a placeholder.
"""
