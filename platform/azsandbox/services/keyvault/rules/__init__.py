"""What Key Vault refuses."""
