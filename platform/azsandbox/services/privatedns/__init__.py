"""Private DNS: zones, their links to virtual networks, record sets."""
