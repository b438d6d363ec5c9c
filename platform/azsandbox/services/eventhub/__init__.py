"""Event Hubs: namespaces, hubs, consumer groups."""
