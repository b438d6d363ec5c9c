"""A stack's state as files that other tools read: an ARM template, or Kubernetes manifests.

Outside scanners and readers know neither Pulumi's state nor our model; what they know is what Azure and
Kubernetes publish. Nothing is invented on the way: what has no known place in the target is an error, and
what is secret is a placeholder.
"""
