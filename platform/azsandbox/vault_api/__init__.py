"""Key Vault's data plane: operations on keys, as Pulumi's secrets provider needs them, and on secrets."""
