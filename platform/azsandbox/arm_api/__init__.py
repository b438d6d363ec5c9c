"""Azure Resource Manager's HTTP API over the subscription: requests, bodies, tokens, long operations."""
