"""Azure Resource Manager's HTTP API: requests, bodies, tokens, long-running operations."""
