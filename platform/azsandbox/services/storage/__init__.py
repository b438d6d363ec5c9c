"""Storage: accounts, their services, containers, shares, queues, tables."""
