"""User-assigned identities and their federated credentials."""
