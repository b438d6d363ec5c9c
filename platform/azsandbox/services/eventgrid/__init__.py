"""Event Grid: topics and subscriptions to what happens."""
