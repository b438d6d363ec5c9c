"""What a stack costs per month: quantities from its state, prices from a list or the retail price API."""
