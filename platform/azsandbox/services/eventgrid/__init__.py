"""Event Grid: topics, system topics and event subscriptions."""
