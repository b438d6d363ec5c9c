"""Key Vault's data plane: the operations on keys that Pulumi's secrets provider needs."""
