"""Pulumi's provider protocol: a gRPC service that forwards to a `Backend`, which does not depend on gRPC."""
