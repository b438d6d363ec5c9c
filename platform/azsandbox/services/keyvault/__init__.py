"""Key Vault: vaults and what the management plane can put into them."""
