"""Hosts outside of ARM that a deployment needs: container registries, Azure DevOps, vaults, Snowflake."""
