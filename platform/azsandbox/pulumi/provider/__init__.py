"""Pulumi's provider protocol: gRPC in front, a `Backend` that knows nothing of gRPC behind."""
