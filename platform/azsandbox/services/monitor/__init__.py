"""Azure Monitor: diagnostic settings, alerts, action groups, private link scopes."""
